import type { Address, Incoming, Receipt } from '../../channels/adapter.ts';
import { admit } from './access.ts';
import { type CommandTools, replyTo } from './command-reply.ts';
import { commandIn } from './commands.ts';
import { channelSession, conversationOf } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Disk } from './disk.ts';
import { messageOf } from './message.ts';
import type { Outbox } from './outbox.ts';
import { beside, type Post, sentence, tellAnswered } from './post.ts';
import { StoreFailed } from './store/database.ts';
import type { Arrival } from './store/store.ts';
import { words } from './words.ts';

export interface IntakeTools extends CommandTools {
  readonly instance: string;
  readonly disk: Disk;
  readonly outbox: Outbox;
  /** Whether too many messages wait. */
  readonly full: (is: boolean) => void;
}

/** Of one conversation: who writes more than this waits for something else. */
const MOST_IN_CONVERSATION = 100;
const MOST = 10_000;
const MOST_BYTES = 64 * 2 ** 20;
/** Milliseconds between two sentences to one conversation that say that nothing is taken. */
const TOLD_FOR = 60_000;

/** Whether more messages may wait on all channels together. */
export function hasRoom({ messages, bytes }: ReturnType<Conversations['waiting']>): boolean {
  return messages < MOST && bytes < MOST_BYTES;
}

/** Takes the messages of channels that are served: writes them down, then has them answered. */
export function createIntake(tools: IntakeTools): (post: Post, incoming: Incoming) => Receipt {
  const { instance, store, disk, outbox, conversations, full } = tools;
  const told = new Map<string, number>();

  const tell = (post: Post, { channel, conversation }: Arrival, to: Address, text: string): void => {
    const now = performance.now();
    if (now - (told.get(conversation) ?? Number.NEGATIVE_INFINITY) < TOLD_FOR) return;
    if (told.size >= 1_000) told.clear();
    told.set(conversation, now);
    outbox.say({ channel, conversation }, sentence(post, beside(to), text), false);
  };

  const obey = (post: Post, incoming: Incoming, arrival: Arrival): Receipt | undefined => {
    const command = incoming.files.length === 0 ? commandIn(incoming.text) : undefined;
    if (!command) return undefined;
    if (disk.now(() => store.commandsIn(arrival.conversation)) >= MOST_IN_CONVERSATION) {
      return disk.now(() => store.seen(arrival)) ?? 'crowded';
    }
    const reply = replyTo(tools, command, post, arrival.conversation);
    let left: readonly Address[] = [];
    const parts = disk.now(() =>
      store.keepCommand(arrival, () => {
        left = reply.write();
        return [{ ...sentence(post, incoming.to, reply.text), lastOf: incoming.to }];
      }),
    );
    if (!parts) return 'repeated';
    reply.after();
    for (const to of left) tellAnswered(post, to);
    outbox.add(parts);
    return 'kept';
  };

  const keep = (post: Post, incoming: Incoming, arrival: Arrival): Receipt => {
    const { conversation } = arrival;
    const waiting = conversations.waiting();
    const noRoom = !hasRoom(waiting);
    if (noRoom || conversations.waitingIn(conversation) >= MOST_IN_CONVERSATION) {
      const seen = disk.now(() => store.seen(arrival));
      if (seen) return seen;
      tell(post, arrival, incoming.to, noRoom ? words.full : words.conversationFull);
      full(noRoom);
      // One conversation must not keep those behind it from being handed over.
      return noRoom ? 'refused' : 'crowded';
    }
    const kept = disk.now(() => {
      const session = channelSession(instance, conversation, store.epoch(conversation));
      return store.keep(arrival, messageOf(incoming, session));
    });
    full(false);
    if (!kept) return disk.now(() => store.seen(arrival)) ?? 'repeated';
    conversations.add(kept);
    return 'kept';
  };

  return (post, incoming) => {
    const verdict = admit(incoming, post.allowed, post.config.groups);
    if (verdict === 'stranger') post.strangers.add();
    if (verdict !== 'served') return verdict;
    const { name: channel } = post.config;
    const conversation = conversationOf(channel, incoming.to);
    const arrival = { channel, conversation, account: post.account, id: incoming.id };
    try {
      const taken = obey(post, incoming, arrival) ?? keep(post, incoming, arrival);
      if (taken === 'kept') post.traffic.received();
      return taken;
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      tell(post, arrival, incoming.to, words.unwritable);
      return 'refused';
    }
  };
}
