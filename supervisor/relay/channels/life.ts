import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterHost, Channel, ChannelAdapter } from '../../channels/adapter.ts';
import { type CheckTools, checkAccount } from '../checks.ts';
import type { Log } from '../log.ts';
import { safeFormat } from './format.ts';
import type { Opened, Post } from './post.ts';

/** Keeps one channel connected, watched or let alone, as its role says. */
export interface Life {
  /** The role of the post has changed. */
  readonly turn: () => void;
  /** Lets go of the account for good. */
  readonly end: () => Promise<void>;
}

export interface LifeTools {
  readonly log: Log;
  readonly checks: CheckTools;
  readonly loadAdapter: (type: string) => ChannelAdapter;
  readonly receive: AdapterHost['receive'];
  readonly wants: AdapterHost['wants'];
  readonly state: AdapterHost['state'];
  readonly note: AdapterHost['note'];
  /** The account is connected for the first time, or anew. */
  readonly opened: (opened: Opened) => void;
  /** Before the first message of a served channel: the store is there. Rejects when the signal comes first. */
  readonly prepare: (signal: AbortSignal) => Promise<void>;
  /** Nothing of ours is connected to the account any more. */
  readonly released: () => void;
}

/** The contract gives an adapter two seconds. */
const RELEASE_LIMIT = 5_000;

export function createLife(post: Post, tools: LifeTools): Life {
  const { log, checks } = tools;
  let connected: Channel | undefined;
  let current: 'serve' | 'claim' | 'watch' | undefined;
  let stop = new AbortController();
  /** Steps come one after the other: no second connection before the first one is gone. */
  let steps = Promise.resolve();
  let ended = false;

  const step = async (role: typeof post.access.role): Promise<void> => {
    if (ended || role === current) return;
    const before = current;
    current = role;
    if (role === 'watch') {
      await release();
      if (before) tools.released();
      begin(async (signal) => void (await checkAccount(post.config, checks, signal)));
      return;
    }
    // From a claim to serving the connection stays.
    if (connected && role === 'claim') return;
    if (connected) return begin(tools.prepare);
    await release();
    begin(open);
  };

  const begin = (work: (signal: AbortSignal) => Promise<void>): void => {
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    work(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      log('error', 'a channel cannot be served', { channel: post.config.name, error: String(error) });
      tools.state({ kind: 'down', reason: 'down' });
    });
  };

  const open = async (signal: AbortSignal): Promise<void> => {
    const { name, type, fields, secrets, groups } = post.config;
    if (!(await checkAccount(post.config, checks, signal))) return;
    if (post.access.role === 'serve') await tools.prepare(signal);
    const adapter = tools.loadAdapter(type);
    signal.throwIfAborted();
    const { receive, wants, state, note } = tools;
    const account = { name, fields, secrets, groups };
    const channelLog: Log = (level, msg, more) => log(level, msg, { channel: name, ...more });
    connected = adapter.open(account, { receive, wants, state, note, log: channelLog });
    tools.opened({ channel: connected, adapter, format: safeFormat(adapter) });
  };

  const release = async (): Promise<void> => {
    stop.abort();
    const channel = connected;
    connected = undefined;
    if (!channel) return;
    const late = sleep(RELEASE_LIMIT).then(() => 'late');
    const released = (async () => channel.release())();
    const how = await Promise.race([released.catch((error: unknown) => String(error)), late]);
    if (how !== undefined)
      log('warn', 'a channel was not let go of in time', { channel: post.config.name, how });
  };

  return {
    turn: () => {
      // As it is now: PID 1 waits for a word after every change to `watch`, a short one too.
      const { role } = post.access;
      steps = steps.then(() => step(role));
    },
    end: async () => {
      ended = true;
      steps = steps.then(release);
      await steps;
    },
  };
}
