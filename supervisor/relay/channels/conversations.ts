import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { traceOf } from '../uncaught.ts';
import { createGate } from './gate.ts';
import type { OpenMessage } from './records.ts';

/** Messages that wait for their answer: each conversation in order, conversations side by side. */
export interface Conversations {
  readonly add: (message: OpenMessage) => void;
  /** Ends the turn in flight of a conversation and forgets what waits in it. */
  readonly stop: (conversation: string) => void;
  /** A turn of the conversation is in flight. */
  readonly running: (conversation: string) => boolean;
  /** With the one that is being answered. */
  readonly waitingIn: (conversation: string) => number;
  readonly waitingOn: (channel: string) => number;
  readonly waiting: () => { readonly messages: number; readonly bytes: number };
  /** Begins no more; resolves when nothing is in flight. */
  readonly drain: () => Promise<void>;
}

export interface ConversationTools {
  /** Until the message may be answered. Rejects when the signal comes first. */
  readonly ready: (message: OpenMessage, signal: AbortSignal) => Promise<void>;
  /** Whether it still may. */
  readonly isReady: (message: OpenMessage) => boolean;
  /** `again`: the runtime broke off. */
  readonly answer: (
    message: OpenMessage,
    signal: AbortSignal,
    draining: AbortSignal,
  ) => Promise<'over' | 'again'>;
  readonly changed: (channel: string) => void;
  readonly log: Log;
}

interface Conversation {
  readonly messages: OpenMessage[];
  current: AbortController | undefined;
  loop: Promise<void> | undefined;
}

/** Of all channels. A turn costs the relay a connection; what it costs the runtime is the runtime's to limit. */
const TURNS_AT_ONCE = 32;
/** After a runtime broke off: PID 1 has noticed its end by then. */
const PAUSE = 1_000;

export function createConversations(tools: ConversationTools): Conversations {
  const { ready, isReady, changed, log } = tools;
  const conversations = new Map<string, Conversation>();
  const channels = new Map<string, number>();
  const gate = createGate(TURNS_AT_ONCE);
  const draining = new AbortController();
  const { signal } = draining;
  let messages = 0;
  let bytes = 0;

  const count = (message: OpenMessage, step: 1 | -1): void => {
    messages += step;
    bytes += step * message.bytes;
    channels.set(message.channel, (channels.get(message.channel) ?? 0) + step);
    changed(message.channel);
  };
  const remove = ({ messages: list }: Conversation, message: OpenMessage): void => {
    const index = list.indexOf(message);
    // A stop has removed it already.
    if (index < 0) return;
    list.splice(index, 1);
    count(message, -1);
  };
  const run = (key: string, conversation: Conversation): void => {
    conversation.loop = work(conversation)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      })
      .finally(() => {
        conversation.loop = undefined;
        if (conversation.messages.length === 0) conversations.delete(key);
        // It came while the loop was at its end.
        else if (!signal.aborted) run(key, conversation);
      });
  };
  const answer: ConversationTools['answer'] = async (message, stop, draining) => {
    try {
      return await tools.answer(message, stop, draining);
    } catch (error) {
      if (draining.aborted) throw error;
      const { channel } = message;
      log('error', 'a message could not be answered; this is a bug of clawden', {
        channel,
        ...traceOf(error),
      });
      return 'again';
    }
  };
  const work = async (conversation: Conversation): Promise<void> => {
    for (let message = conversation.messages[0]; message; message = conversation.messages[0]) {
      await ready(message, signal);
      const leave = await gate.enter();
      try {
        // In line the runtime may have gone, and the message may have been dropped.
        if (signal.aborted) return;
        if (!isReady(message) || conversation.messages[0] !== message) continue;
        conversation.current = new AbortController();
        const outcome = await answer(message, conversation.current.signal, signal);
        if (outcome === 'over') remove(conversation, message);
        else replace(conversation.messages, message);
        if (outcome === 'over') continue;
      } finally {
        conversation.current = undefined;
        leave();
      }
      await sleep(PAUSE, undefined, { signal });
    }
  };

  return {
    add: (message) => {
      const key = message.conversation;
      const conversation = conversations.get(key) ?? { messages: [], current: undefined, loop: undefined };
      conversations.set(key, conversation);
      conversation.messages.push(message);
      count(message, 1);
      if (!conversation.loop && !signal.aborted) run(key, conversation);
    },
    stop: (key) => {
      const conversation = conversations.get(key);
      conversation?.current?.abort();
      for (const message of conversation?.messages.splice(0) ?? []) count(message, -1);
    },
    running: (key) => conversations.get(key)?.current !== undefined,
    waitingIn: (key) => conversations.get(key)?.messages.length ?? 0,
    waitingOn: (channel) => channels.get(channel) ?? 0,
    waiting: () => ({ messages, bytes }),
    drain: async () => {
      draining.abort();
      await Promise.all([...conversations.values()].map(({ loop }) => loop));
    },
  };
}

function replace(list: OpenMessage[], message: OpenMessage): void {
  const index = list.indexOf(message);
  if (index >= 0) list[index] = { ...message, tries: message.tries + 1 };
}
