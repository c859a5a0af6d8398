import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fields, readFields, sendJson } from '../platform/http.ts';
import { socketUrl } from '../platform/listen.ts';
import { type Bot, type Discord, messageOf, person, userOf } from './discord.ts';
import { guildOf } from './gateway.ts';

interface Call {
  readonly discord: Discord;
  readonly bot: Bot;
  /** What stood in the place of `:id` and `:other`. */
  readonly id: string;
  readonly other: string;
  readonly body: Fields;
  readonly request: IncomingMessage;
}

class Refused extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** `undefined` is answered with 204. Shapes: https://discord.com/developers/docs/reference */
const routes: Readonly<Record<string, (call: Call) => unknown>> = {
  'GET /users/@me': ({ bot }) => userOf(bot.user),
  'GET /users/@me/guilds': ({ bot }) => bot.guilds.map(guildOf),
  'POST /users/@me/channels': ({ discord, body }) =>
    channelOf(discord, discord.direct(String(body['recipient_id'])).id),
  'GET /users/:id': ({ id }) => userOf(person(id)),
  'GET /gateway': ({ request }) => ({ url: socketUrl(request) }),
  'GET /gateway/bot': ({ bot, request }) => ({
    url: socketUrl(request),
    shards: 1,
    session_start_limit: {
      total: 1000,
      remaining: bot.loginsLeft,
      reset_after: 3_600_000,
      max_concurrency: 1,
    },
  }),
  'GET /applications/@me': application,
  'GET /oauth2/applications/@me': application,
  'GET /applications/:id/commands': () => [],
  'PUT /applications/:id/commands': ({ body }) => Object.values(body),
  'POST /applications/:id/commands': ({ discord, body }) => ({ id: discord.snowflake(), ...body }),
  'GET /channels/:id': ({ discord, id }) => channelOf(discord, id),
  'POST /channels/:id/typing': () => undefined,
  'GET /channels/:id/messages': () => [],
  'POST /channels/:id/messages': post,
  'PATCH /channels/:id/messages/:other': ({ discord, bot, id, other, body }) => {
    const content = String(body['content'] ?? '');
    if (!discord.posted.change(id, other, { text: content })) throw unknown(10_008, 'Unknown Message');
    return messageOf({ id: other, channel: channel(discord, id), author: bot.user, content });
  },
  'DELETE /channels/:id/messages/:other': ({ discord, id, other }) => {
    discord.posted.change(id, other, { deleted: true });
  },
  'PUT /channels/:id/messages/:other/reactions/[^/]+/@me': () => undefined,
  'DELETE /channels/:id/messages/:other/reactions/[^/]+/@me': () => undefined,
  'GET /guilds/:id': ({ bot, id }) => guildOf(member(bot, id)),
  'GET /guilds/:id/channels': () => [],
  'GET /guilds/:id/members/:other': ({ other }) => ({ user: userOf(person(other)), roles: [] }),
};

/** Answers one REST call; `path` is what stands behind `/api/v10`. */
export async function answerRest(
  discord: Discord,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const name = `${request.method} ${path}`;
  discord.calls.push(name);
  const body = await readFields(request);
  const failure = discord.failures.take(name);
  if (failure?.hang) return;
  if (failure) {
    const { status = 500, error = 'internal', retryAfter = 1 } = failure;
    const limited = status === 429 ? { retry_after: retryAfter, global: false } : {};
    const headers = status === 429 ? { 'retry-after': String(retryAfter) } : {};
    return sendJson(response, status, { message: error, code: 0, ...limited }, headers);
  }
  const bot = discord.bots.get((request.headers.authorization ?? '').replace(/^Bot /, ''));
  if (!bot) return sendJson(response, 401, { message: '401: Unauthorized', code: 0 });
  try {
    const { answer, id = '', other = '' } = routed(name);
    const result = answer({ discord, bot, id, other, body, request });
    sendJson(response, result === undefined ? 204 : 200, result);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendJson(response, error.status, { message: error.message, code: error.code });
  }
}

function routed(name: string): { answer: (call: Call) => unknown; id?: string; other?: string } {
  for (const [pattern, answer] of Object.entries(routes)) {
    const found = new RegExp(`^${pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(name);
    if (found) return { answer, ...found.groups };
  }
  throw new Refused(404, 0, '404: Not Found');
}

function post({ discord, bot, id, body }: Call): unknown {
  const where = channel(discord, id);
  const content = String(body['content'] ?? '');
  // https://discord.com/developers/docs/resources/message#create-message
  if (content.length > 2000) throw new Refused(400, 50_035, 'Invalid Form Body');
  const answered = (body['message_reference'] as { message_id?: string } | undefined)?.message_id;
  const message = messageOf({ id: discord.snowflake(), channel: where, author: bot.user, content });
  discord.posted.add({
    id: String(message['id']),
    channel: id,
    ...(where.user ? { user: where.user.id } : {}),
    ...(answered ? { thread: answered } : {}),
    text: content,
    deleted: false,
  });
  return message;
}

function application({ bot }: Call): unknown {
  return { id: bot.user.id, name: bot.user.username, flags: bot.flags, bot: userOf(bot.user) };
}

function channel(discord: Discord, id: string): ReturnType<Discord['keep']> {
  const found = discord.channels.get(id);
  if (!found) throw unknown(10_003, 'Unknown Channel');
  return found;
}

function channelOf(discord: Discord, id: string): unknown {
  const { type, guild, user } = channel(discord, id);
  if (type === 1) return { id, type, recipients: user ? [userOf(user)] : [] };
  return { id, type, guild_id: guild, name: 'general', permission_overwrites: [], position: 0 };
}

function member(bot: Bot, guild: string): string {
  if (!bot.guilds.includes(guild)) throw unknown(10_004, 'Unknown Guild');
  return guild;
}

function unknown(code: number, message: string): Refused {
  return new Refused(404, code, message);
}
