import type { Account, AdapterHost, Channel } from '../adapter.ts';
import { openClient, within } from './client.ts';
import { createFetchFile } from './fetch-file.ts';
import { type Pauses, usualPauses } from './pauses.ts';
import { startPoll } from './poll.ts';
import { createSend } from './send.ts';

const TYPING_TIME = 5_000;

/** One bot: polled until it is released, and able to send for as long as the relay lives. */
export function openBot(account: Account, host: AdapterHost, pauses: Pauses = usualPauses): Channel {
  const client = openClient(account);
  const poll = startPoll(client.api, host, pauses);
  return {
    send: createSend(client.api),
    typing: async ({ chat, thread }, signal) => {
      const topic = thread === undefined ? {} : { message_thread_id: Number(thread) };
      await client.api.sendChatAction(chat, 'typing', topic, within(TYPING_TIME, signal));
    },
    fetchFile: createFetchFile(client),
    release: poll.end,
  };
}
