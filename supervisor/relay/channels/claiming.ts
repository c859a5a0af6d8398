import type { Address, Incoming } from '../../channels/adapter.ts';
import type { FromRelay } from '../protocol.ts';
import { claimTry, welcome } from './claims.ts';
import { conversationOf } from './conversation.ts';
import type { Outbox } from './outbox.ts';
import { beside, type Post, sentence } from './post.ts';

/** A channel that waits for its owner. */
export interface Claiming {
  readonly receive: (incoming: Incoming) => 'ignored' | 'refused';
  /** The sender with this id is the owner now. */
  readonly claimed: (sender: string) => void;
}

/** People who try at once. */
const MOST = 50;
/** Milliseconds within which PID 1 has answered; a wrong code is not answered. */
const JUDGED = 1_000;

interface Try {
  readonly to: Address;
  /** Monotonic. */
  readonly at: number;
}

export function createClaiming(post: Post, outbox: Outbox, send: (message: FromRelay) => void): Claiming {
  const { name } = post.config;
  const tried = new Map<string, Try>();
  return {
    receive: (incoming) => {
      const question = claimTry(name, incoming);
      if (!question) {
        // Right behind the code: whether its sender is the owner is not known yet, so it comes again.
        const before = incoming.direct ? tried.get(incoming.sender.id) : undefined;
        return before && performance.now() - before.at < JUDGED ? 'refused' : 'ignored';
      }
      if (tried.size >= MOST) tried.clear();
      tried.set(incoming.sender.id, { to: beside(incoming.to), at: performance.now() });
      send(question);
      return 'ignored';
    },
    claimed: (sender) => {
      const to = tried.get(sender)?.to;
      tried.clear();
      if (!to) return;
      const place = { channel: name, conversation: conversationOf(name, to) };
      outbox.say(place, sentence(post, to, welcome(post.access)), true);
    },
  };
}
