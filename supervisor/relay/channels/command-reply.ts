import type { Address } from '../../channels/adapter.ts';
import type { Turns } from '../turns.ts';
import type { Command } from './commands.ts';
import type { Conversations } from './conversations.ts';
import type { Post } from './post.ts';
import type { Store } from './store/store.ts';
import { words } from './words.ts';

export interface CommandReply {
  readonly text: string;
  /** Written down together with the reply. Says which messages are left without an answer. */
  readonly write: () => readonly Address[];
  /** Once it is written down. */
  readonly after: () => void;
}

export interface CommandTools {
  readonly runtime: string;
  readonly turns: Pick<Turns, 'refusal'>;
  readonly store: Store;
  readonly conversations: Conversations;
}

/** What a command says and does. */
export function replyTo(
  { runtime, turns, store, conversations }: CommandTools,
  command: Command,
  post: Post,
  conversation: string,
): CommandReply {
  const nothing = (): void => undefined;
  const say = (text: string): CommandReply => ({ text, write: () => [], after: nothing });
  switch (command) {
    case 'start':
      return say(words.hello);
    case 'help':
      return say(words.help);
    case 'new':
      return {
        ...say(words.fresh),
        write: () => {
          store.nextEpoch(conversation);
          return [];
        },
      };
    case 'status':
      return say(
        words.status({
          runtime,
          serves: turns.refusal() === undefined,
          waiting: conversations.waiting().messages,
          here: conversations.waitingIn(conversation),
          since: post.traffic.connectedSince(),
        }),
      );
    case 'stop': {
      const running = conversations.running(conversation);
      const waiting = conversations.waitingIn(conversation) - (running ? 1 : 0);
      return {
        text: words.stopped(running, waiting),
        write: () => store.drop(conversation),
        after: () => conversations.stop(conversation),
      };
    }
    default: {
      const never: never = command;
      return never;
    }
  }
}
