import type { Incoming, Note, Receipt } from '../../channels/adapter.ts';
import type { Log } from '../log.ts';
import type { RelaySetup } from '../protocol.ts';
import type { Turns } from '../turns.ts';
import { answer } from './answer.ts';
import { createBell } from './bell.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { createDisk } from './disk.ts';
import { createGate } from './gate.ts';
import { createIntake, hasRoom } from './intake.ts';
import { createLine } from './line.ts';
import { createOutFolder, outFolderIn } from './out-folder.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { type Post, tellAnswered } from './post.ts';
import { createReady } from './ready.ts';
import type { Times } from './records.ts';
import { createRoom } from './room.ts';
import { StoreFailed } from './store/database.ts';
import { openStore } from './store/store.ts';

/** From a message of a served channel to its answer, with the store in between. */
export interface Queue {
  readonly receive: (post: Post, incoming: Incoming) => Receipt;
  readonly outbox: Outbox;
  /** Takes up what a channel had left when the last process ended, once. Rejects when the signal comes first. */
  readonly load: (post: Post, signal: AbortSignal) => Promise<void>;
  /** The runtime or a channel has changed. */
  readonly changed: () => void;
  readonly waitingOn: (channel: string) => number;
  /** For the next process that speaks for the same account. */
  readonly note: (account: string) => Note;
  readonly saveTimes: (channel: string, times: Times) => void;
  /** Begins no more turns; resolves when none is in flight. */
  readonly finish: () => Promise<void>;
  /** Resolves when no reply is on its way. */
  readonly flush: () => Promise<void>;
  readonly close: () => void;
}

export interface QueueOptions extends Pick<RelaySetup, 'instance' | 'runtime' | 'state' | 'workspace'> {
  readonly turns: Turns;
  readonly images: boolean;
  readonly log: Log;
  readonly random: () => number;
  readonly posts: ReadonlyMap<string, Post>;
  readonly trouble: (what: 'queue-full' | 'disk-full', is: boolean) => void;
}

/** Files are whole in memory on their way. */
const FETCHES_AT_ONCE = 2;
/** Bytes; what has no room is saved as a file. */
const PICTURES = 64 * 2 ** 20;

export function createQueue(options: QueueOptions): Queue {
  const { posts, log, trouble, turns } = options;
  const store = openStore(options.state, log);
  const out = createOutFolder(outFolderIn(options.state));
  const loaded = new Set<string>();
  const bell = createBell();
  const disk = createDisk((reason) => {
    trouble('disk-full', reason !== null);
    if (reason === null) log('info', 'messages can be written down again');
    else log('error', 'messages cannot be written down', { reason, folder: options.state });
  }, store.probe);
  const stray = createLine();
  const line = (channel: string) => posts.get(channel)?.line ?? stray;
  const outbox = createOutbox({
    ...{ store, disk, line, log, random: options.random },
    answered: (channel, to) => {
      const post = posts.get(channel);
      if (post) tellAnswered(post, to);
    },
  });
  const ready = createReady({ turns, posts, store, outbox, bell });
  const tools = {
    ...options,
    store,
    disk,
    outbox,
    out,
    fetches: createGate(FETCHES_AT_ONCE),
    pictures: createRoom(PICTURES),
  };
  const conversations: Conversations = createConversations({
    ready: ready.wait,
    isReady: ready.is,
    log,
    answer: async (message, signal, draining) => {
      const post = posts.get(message.channel);
      if (!post?.opened) return 'again';
      return answer(tools, { ...post, opened: post.opened }, message, signal, draining);
    },
    changed: (channel) => {
      posts.get(channel)?.traffic.changed();
      if (hasRoom(conversations.waiting())) trouble('queue-full', false);
    },
  });
  const intake = createIntake({ ...tools, conversations, full: (is) => trouble('queue-full', is) });

  return {
    outbox,
    receive: (post, incoming) => (loaded.has(post.config.name) ? intake(post, incoming) : 'refused'),
    load: async ({ config: { name }, traffic }, signal) => {
      if (loaded.has(name)) return;
      const [messages, parts, times, files] = await disk.persist(() => {
        store.prune(name);
        return [store.openMessages(name), store.openParts(name), store.times(name), store.files()] as const;
      }, signal);
      if (loaded.size === 0) void out.clean(files);
      loaded.add(name);
      traffic.restore(times);
      outbox.add(parts);
      for (const message of messages) conversations.add(message);
      if (messages.length + parts.length > 0) {
        log('info', 'messages waited for this start', {
          channel: name,
          messages: messages.length,
          parts: parts.length,
        });
      }
    },
    changed: bell.ring,
    waitingOn: conversations.waitingOn,
    note: (account) => ({
      read: () => orUndefined(() => disk.now(() => store.note(account))),
      write: (text) => orUndefined(() => disk.now(() => store.setNote(account, text))),
    }),
    saveTimes: (channel, times) => {
      if (loaded.has(channel)) store.setTimes(channel, times);
    },
    finish: conversations.drain,
    flush: outbox.drain,
    close: store.close,
  };
}

/** The disk says by itself what it cannot take. */
function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreFailed) return undefined;
    throw error;
  }
}
