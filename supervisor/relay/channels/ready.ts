import type { Turns } from '../turns.ts';
import { type Bell, orAborted } from './bell.ts';
import type { Outbox } from './outbox.ts';
import { beside, type Post, sentence } from './post.ts';
import type { OpenMessage } from './records.ts';
import type { Store } from './store/store.ts';
import { words } from './words.ts';

/** When a message may be answered. */
export interface Ready {
  readonly is: (message: OpenMessage) => boolean;
  /** Rejects when the signal comes first. Who waits for long is told once. */
  readonly wait: (message: OpenMessage, signal: AbortSignal) => Promise<void>;
}

export interface ReadyTools {
  readonly turns: Pick<Turns, 'refusal'>;
  readonly posts: ReadonlyMap<string, Post>;
  readonly store: Store;
  readonly outbox: Outbox;
  /** Rung when the runtime or a channel has changed. */
  readonly bell: Bell;
}

const PATIENCE = 10_000;

export function createReady({ turns, posts, store, outbox, bell }: ReadyTools): Ready {
  /** Conversations that were told of the present outage. */
  const told = new Set<string>();
  const serves = (): boolean => {
    if (turns.refusal() !== undefined) return false;
    told.clear();
    return true;
  };
  const is = ({ channel }: OpenMessage): boolean => {
    const post = posts.get(channel);
    // Without anybody who may talk its messages are dropped when their turn comes.
    return serves() && post?.opened !== undefined;
  };
  const tell = (message: OpenMessage): void => {
    const post = posts.get(message.channel);
    if (!post?.opened || turns.refusal() !== 'unavailable' || told.has(message.conversation)) return;
    told.add(message.conversation);
    const kept = store.message(message.seq);
    if (kept?.wanted) outbox.say(message, sentence(post, beside(kept.to), words.starting), false);
  };
  return {
    is,
    wait: async (message, signal) => {
      // The reply before must be there before the next question is asked.
      await orAborted(outbox.settled(message.conversation), signal);
      if (is(message)) return;
      const notice = setTimeout(() => {
        try {
          tell(message);
        } catch {
          // The disk cannot be read; others say so.
        }
      }, PATIENCE);
      try {
        while (!is(message)) await bell.next(signal);
      } finally {
        clearTimeout(notice);
      }
    },
  };
}
