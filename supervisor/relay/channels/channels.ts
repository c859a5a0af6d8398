import type { Channel, ChannelAdapter } from '../../channels/adapter.ts';
import type { CheckTools } from '../checks.ts';
import type { Log } from '../log.ts';
import type { ChannelAccess, FromRelay, RelaySetup } from '../protocol.ts';
import type { Turns } from '../turns.ts';
import { admit, allowedBy } from './access.ts';
import { type Claiming, createClaiming } from './claiming.ts';
import { claimTry } from './claims.ts';
import { createLife, type Life } from './life.ts';
import { outFolderIn } from './out-folder.ts';
import { createPost, type Post } from './post.ts';
import { createQueue } from './queue.ts';
import { createReasons } from './reasons.ts';
import { createSender } from './sender.ts';
import { countStrangers } from './strangers.ts';
import { createTraffic } from './traffic.ts';

/** All channels of the plan: connected, watched or let alone, and what their messages need. */
export interface Channels {
  readonly access: (channel: string, access: ChannelAccess, claimedBy?: string) => void;
  /** The runtime may serve now, or no longer. */
  readonly runtimeChanged: () => void;
  /** Takes the requests to `/hooks/<channel>`; undefined: nothing does. `soon`: it is not connected yet. */
  readonly hook: (channel: string) => Channel['hook'] | 'soon';
  /** Takes no more messages; resolves when the replies to what was in flight are sent, or have to wait. */
  readonly drain: () => Promise<void>;
  readonly close: () => void;
}

export interface ChannelsOptions
  extends Pick<RelaySetup, 'instance' | 'runtime' | 'channels' | 'state' | 'workspace'> {
  readonly turns: Turns;
  /** The message API takes images. */
  readonly images: boolean;
  readonly log: Log;
  readonly send: (message: FromRelay) => void;
  readonly loadCheck: CheckTools['load'];
  readonly wait: CheckTools['wait'];
  readonly loadAdapter: (type: string) => ChannelAdapter;
  /** Milliseconds of the wall clock, to be told. */
  readonly now: () => number;
  readonly random: () => number;
}

export function createChannels(options: ChannelsOptions): Channels {
  const { log, send, now, state, workspace } = options;
  const posts = new Map<string, Post>();
  const lives = new Map<string, Life>();
  const claims = new Map<string, Claiming>();
  const reasons = createReasons(send);
  const queue = createQueue({ ...options, posts, trouble: reasons.queue });

  for (const config of options.channels) {
    const { name } = config;
    const traffic = createTraffic({
      channel: name,
      send,
      save: (times) => queue.saveTimes(name, times),
      waiting: () => queue.waitingOn(name),
      now,
    });
    const post = createPost(config, traffic, countStrangers(name, log));
    posts.set(name, post);
    const claiming = createClaiming(post, queue.outbox, send);
    claims.set(name, claiming);
    const life = createLife(post, {
      log,
      checks: { load: options.loadCheck, wait: options.wait, report: reasons.channel },
      loadAdapter: options.loadAdapter,
      note: queue.note(post.account),
      receive: (message) => {
        if (post.access.role === 'claim') return claiming.receive(message);
        // The runtime's from now on: it stays where it is.
        return post.access.role === 'serve' ? queue.receive(post, message) : 'refused';
      },
      wants: (message) => {
        const { role } = post.access;
        if (role === 'claim') return claimTry(name, message) !== undefined;
        return role === 'serve' && admit(message, post.allowed, config.groups) === 'served';
      },
      state: (is) => {
        // What is let go of may still say so when the runtime has the account.
        if (post.access.role === 'watch') return;
        traffic.connected(is.kind === 'up');
        if (is.kind === 'up') reasons.channel(name, null, is.account);
        if (is.kind === 'down') {
          reasons.channel(name, is.reason);
          if (is.detail === undefined) return;
          log('warn', 'a channel is not connected', { channel: name, reason: is.reason, detail: is.detail });
          traffic.failed(is.detail);
        }
      },
      opened: (opened) => {
        post.opened = opened;
        const roots = [workspace, outFolderIn(state)];
        const { sent, failed } = traffic;
        post.line.connect(createSender({ ...opened, roots, sent, failed }));
        queue.changed();
      },
      prepare: async (signal) => {
        reasons.served(name, true);
        await queue.load(post, signal);
      },
      released: () => {
        traffic.connected(false);
        send({ kind: 'released', channel: name });
      },
    });
    lives.set(name, life);
    life.turn();
  }

  return {
    access: (channel, access, claimedBy) => {
      const post = posts.get(channel);
      if (!post) return;
      post.access = access;
      post.allowed = allowedBy(access);
      if (claimedBy !== undefined) claims.get(channel)?.claimed(claimedBy);
      if (access.role !== 'serve') reasons.served(channel, false);
      lives.get(channel)?.turn();
      queue.changed();
    },
    runtimeChanged: queue.changed,
    hook: (channel) => {
      const post = posts.get(channel);
      if (post?.opened) return post.opened.channel.hook;
      return post?.access.role === 'serve' ? 'soon' : undefined;
    },
    drain: async () => {
      await Promise.all([...[...lives.values()].map((life) => life.end()), queue.finish()]);
      await queue.flush();
    },
    close: queue.close,
  };
}
