import type { Address, Incoming } from '../../channels/adapter.ts';
import type { FromRelay } from '../protocol.ts';
import { claimTry, welcome } from './claims.ts';
import { conversationOf } from './conversation.ts';
import type { Outbox } from './outbox.ts';
import { beside, type Post, sentence } from './post.ts';

/** A channel that waits for its owner. */
export interface Claiming {
  readonly receive: (incoming: Incoming) => 'ignored';
  /** The sender with this id is the owner now. */
  readonly claimed: (sender: string) => void;
}

/** People who try at once; PID 1 answers within milliseconds. */
const MOST = 50;

export function createClaiming(post: Post, outbox: Outbox, send: (message: FromRelay) => void): Claiming {
  const { name } = post.config;
  const tried = new Map<string, Address>();
  return {
    receive: (incoming) => {
      const question = claimTry(name, incoming);
      if (!question) return 'ignored';
      if (tried.size >= MOST) tried.clear();
      tried.set(incoming.sender.id, beside(incoming.to));
      send(question);
      return 'ignored';
    },
    claimed: (sender) => {
      const to = tried.get(sender);
      tried.clear();
      if (!to) return;
      const place = { channel: name, conversation: conversationOf(name, to) };
      outbox.say(place, sentence(post, to, welcome(post.access)), true);
    },
  };
}
