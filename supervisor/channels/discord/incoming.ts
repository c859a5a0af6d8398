import type { Incoming, IncomingFile } from '../adapter.ts';
import { toQuote } from '../quote.ts';
import type { RawAttachment, RawMessage } from './wire.ts';

/** What tells whether the bot is meant. */
export interface Me {
  readonly id: string;
  /** Ids of its roles, of all servers: a mention of one of them is a mention of the bot. */
  readonly roles: ReadonlySet<string>;
}

/** Whose messages are taken besides direct ones: every server's, those of the one with this id, or none. */
export type Servers = 'all' | string | undefined;

/** https://docs.discord.com/developers/resources/message#message-object-message-types: all others are notes of the service. */
const DEFAULT = 0;
const REPLY = 19;

/**
 * One message of a person. Undefined for what no person wrote to this bot: bots, webhooks, notes of the service, messages
 * of servers that are not wanted, and those without anything to answer (a server's message whose text Discord hides, a
 * mention and nothing else).
 *
 * A thread is a channel of its own at Discord, with an id of its own that takes messages as any other: it is the `chat`.
 */
export function toIncoming(message: RawMessage, me: Me, wanted: Servers): Incoming | undefined {
  const { id, channel_id: chat, author, guild_id: server, type } = message;
  if (type !== DEFAULT && type !== REPLY) return undefined;
  if (author.bot || author.system || message.webhook_id !== undefined) return undefined;
  if (server !== undefined && wanted !== 'all' && server !== wanted) return undefined;
  const direct = server === undefined;
  const answered = type === REPLY ? message.referenced_message : undefined;
  const mine = answered?.author.id === me.id;
  const written = [readable(message, me), ...stickersOf(message)].filter(Boolean).join('\n');
  const own = (message.attachments ?? []).map(toFile);
  // "@bot, what is this?" under somebody's picture is about that picture.
  const files = own.length > 0 || mine ? own : (answered?.attachments ?? []).map(toFile);
  if (written === '' && files.length === 0) return undefined;
  const quote = written.startsWith('/') ? '' : toQuote(answered ? readable(answered, me) : '');
  return {
    id,
    to: { chat, ...(direct ? {} : { message: id }) },
    sender: { id: author.id, name: message.member?.nick ?? author.global_name ?? author.username },
    direct,
    mentioned: mine || mentions(message, me),
    text: [quote, written].filter(Boolean).join('\n'),
    files,
  };
}

function mentions({ mentions, mention_roles: roles }: RawMessage, me: Me): boolean {
  if (mentions?.some(({ id }) => id === me.id)) return true;
  return roles?.some((role) => me.roles.has(role)) === true;
}

/** Without the mentions of the bot, and with names in the place of ids. */
function readable({ content, mentions }: RawMessage, me: Me): string {
  return (
    content
      .replace(/<@&(\d+)>[ \t]?/g, (whole, id: string) => (me.roles.has(id) ? '' : whole))
      .replace(/<@!?(\d+)>([ \t]?)/g, (whole, id: string, space: string) => {
        if (id === me.id) return '';
        const user = mentions?.find((one) => one.id === id);
        return user ? `@${user.global_name ?? user.username}${space}` : whole;
      })
      // An emoji of a server: its name is what is meant.
      .replace(/<a?:(\w+):\d+>/g, ':$1:')
      .trim()
  );
}

function stickersOf({ sticker_items: stickers = [] }: RawMessage): string[] {
  return stickers.map(({ name }) => `[sticker: ${name}]`);
}

function toFile({ url, filename, content_type: type, size }: RawAttachment): IncomingFile {
  // Whoever has the address may read it, which is how Discord's CDN works; it is no token and ends after a day.
  return { ref: url, name: filename, ...(type === undefined ? {} : { mediaType: type }), size };
}
