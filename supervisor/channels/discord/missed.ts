import type { Position } from './position.ts';
import { type Rest, Trouble } from './rest.ts';
import type { RawMessage } from './wire.ts';

/** As long as Telegram keeps messages for a bot: an answer to an older one would surprise. */
const OLDEST = 24 * 3_600_000;
/** Discord's own limit for one question. */
const PAGE = 100;
const MOST_PAGES = 10;
const DISCORD_EPOCH = 1_420_070_400_000;

/**
 * After a session has ended, asks each chat that was talked in for the messages since: the gateway does not tell them.
 * `hand` says whether a message was taken. Returns false when something is left to be asked for again.
 */
export async function fetchMissed(
  rest: Rest,
  chats: ReturnType<Position['chats']>,
  hand: (message: RawMessage) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  let whole = true;
  for (const [chat, { id, guild }] of chats) {
    try {
      for (
        let [page, after] = [0, laterOf(id, rest.now())];
        page < MOST_PAGES && !signal.aborted;
        page += 1
      ) {
        const query = { after, limit: String(PAGE) };
        const found = (await rest.ask('GET', `/channels/${chat}/messages`, {
          query,
          signal,
        })) as RawMessage[];
        // Newest first; here they come without the server that they are of.
        const messages = found.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
        for (const message of messages)
          if (!hand(guild ? { ...message, guild_id: guild } : message)) return false;
        if (messages.length < PAGE) break;
        after = messages.at(-1)?.id ?? after;
      }
    } catch (error) {
      // A chat that is gone, or whose history the bot may not read, holds up no other.
      const final = error instanceof Trouble && (error.status === 403 || error.status === 404);
      if (!final) whole = false;
    }
  }
  return whole;
}

/** Ids begin with the time. */
function laterOf(id: string, now: number): string {
  const oldest = BigInt(Math.trunc(now) - OLDEST - DISCORD_EPOCH) << 22n;
  return BigInt(id) > oldest ? id : String(oldest);
}
