import type { MessageEvent } from './incoming.ts';
import type { Position } from './position.ts';
import { Trouble, type Web } from './web.ts';

/** As long as Telegram keeps messages for a bot: an answer to an older one would surprise. */
const OLDEST = 24 * 3600;
const PAGE = 100;

/**
 * Asks each chat that was talked in for its messages since: Slack gives an event up after three tries in six minutes.
 * Answers in threads are not in a chat's history. Resolves with what there is, oldest first; never rejects.
 */
export async function fetchMissed(web: Web, chats: ReturnType<Position['chats']>): Promise<MessageEvent[]> {
  const found: MessageEvent[] = [];
  for (const [channel, { ts, type }] of chats) {
    const oldest = Math.max(Number(ts), web.now() / 1000 - OLDEST);
    const query = { channel, oldest: oldest === Number(ts) ? ts : String(oldest), limit: PAGE };
    try {
      const { messages } = await web.call('conversations.history', query);
      // Newest first.
      for (const message of (messages as MessageEvent[]).toReversed())
        found.push({ ...message, channel, channel_type: type });
    } catch (error) {
      // Without the scope for a channel, or out of it, there is no history of it; all else holds for the next chat too.
      if (!(error instanceof Trouble) || error.word === undefined || error.word === 'ratelimited') break;
    }
  }
  return found;
}
