import type { IncomingMessage, ServerResponse } from 'node:http';
import { readForm, sendJson } from '../platform/http.ts';
import { httpUrl, socketUrl } from '../platform/listen.ts';
import type { Failure } from '../testing/platform.ts';
import type { Bot, Discord } from './discord.ts';
import { guildOf } from './gateway.ts';
import { channelOf, person, userOf } from './messages.ts';
import { type Call, channel, Refused, unknown } from './rest-call.ts';
import {
  changeMessage,
  deleteMessage,
  getMessage,
  listMessages,
  postMessage,
  startThread,
} from './rest-messages.ts';

/** `undefined` is answered with 204. Shapes: https://docs.discord.com/developers/reference */
const routes: Readonly<Record<string, (call: Call) => unknown>> = {
  'GET /users/@me': ({ bot }) => userOf(bot.user),
  'GET /users/@me/guilds': ({ bot }) => bot.guilds.map(guildOf),
  'POST /users/@me/channels': ({ discord, body }) => channelOf(discord.direct(String(body['recipient_id']))),
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
  'GET /channels/:id': (call) => channelOf(channel(call)),
  'POST /channels/:id/typing': (call) => {
    call.discord.typing.push({ channel: channel(call).id, at: Date.now() });
  },
  'GET /channels/:id/messages': listMessages,
  'GET /channels/:id/messages/:other': getMessage,
  'POST /channels/:id/messages': postMessage,
  'PATCH /channels/:id/messages/:other': changeMessage,
  'DELETE /channels/:id/messages/:other': deleteMessage,
  'POST /channels/:id/messages/:other/threads': startThread,
  'POST /channels/:id/threads': startThread,
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
  const { fields: body, files } = await readForm(request);
  const failure = discord.failures.take(name);
  if (failure?.hang) return;
  if (failure && !failure.lost) return fail(response, failure);
  const bot = discord.bots.get((request.headers.authorization ?? '').replace(/^Bot /, ''));
  if (!bot) return sendJson(response, 401, { message: '401: Unauthorized', code: 0 });
  try {
    const { answer, id = '', other = '' } = routed(name);
    const result = answer({ discord, bot, id, other, body, files, request, base: httpUrl(request) });
    if (failure?.lost) response.destroy();
    else sendJson(response, result === undefined ? 204 : 200, result);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { status, message, code, errors } = error;
    sendJson(response, status, { message, code, ...(errors ? { errors } : {}) });
  }
}

/** https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit */
function fail(response: ServerResponse, failure: Failure): void {
  const { status = 500, error = 'internal', code = 0, retryAfter = 1, global = false } = failure;
  if (status !== 429) return sendJson(response, status, { message: error, code });
  const message = failure.error ?? 'You are being rate limited.';
  const scope = global ? 'global' : 'user';
  sendJson(
    response,
    429,
    { message, retry_after: retryAfter, global },
    {
      'retry-after': String(retryAfter),
      'x-ratelimit-reset-after': String(retryAfter),
      'x-ratelimit-scope': scope,
      ...(global ? { 'x-ratelimit-global': 'true' } : {}),
    },
  );
}

function routed(name: string): { answer: (call: Call) => unknown; id?: string; other?: string } {
  for (const [pattern, answer] of Object.entries(routes)) {
    const found = new RegExp(`^${pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(name);
    if (found) return { answer, ...found.groups };
  }
  throw new Refused(404, 0, '404: Not Found');
}

function application({ bot }: Call): unknown {
  return { id: bot.user.id, name: bot.user.username, flags: bot.flags, bot: userOf(bot.user) };
}

function member(bot: Bot, guild: string): string {
  if (!bot.guilds.includes(guild)) throw unknown(10_004, 'Unknown Guild');
  return guild;
}
