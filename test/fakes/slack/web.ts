import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fields, readFields, sendJson } from '../platform/http.ts';
import { httpUrl, socketUrl } from '../platform/listen.ts';
import type { Failure } from '../testing/platform.ts';
import { type App, type Slack, team } from './slack.ts';
import { bot, type Method, Refused } from './web-call.ts';
import { chatMethods } from './web-chat.ts';
import { fileMethods } from './web-files.ts';

const methods: Readonly<Record<string, Method>> = {
  'auth.test': bot(undefined, ({ app }) => ({
    url: 'https://fake.slack.com/',
    team: 'Fake',
    user: app.name,
    team_id: team,
    user_id: app.user,
    bot_id: app.botId,
    is_enterprise_install: false,
  })),
  'apps.connections.open': {
    token: 'app',
    scope: 'connections:write',
    answer: ({ app, request, tickets }) => {
      const ticket = randomUUID();
      tickets.set(ticket, app);
      return { url: `${socketUrl(request)}/link/?ticket=${ticket}&app_id=${app.id}` };
    },
  },
  'bots.info': bot('users:read', ({ app }) => ({
    bot: { id: app.botId, app_id: app.id, name: app.name, user_id: app.user, deleted: false },
  })),
  'users.info': bot('users:read', ({ slack, body }) => ({ user: userOf(slack, String(body['user'])) })),
  'team.info': bot(undefined, () => ({ team: { id: team, name: 'Fake', domain: 'fake' } })),
  'conversations.info': bot(undefined, ({ slack, body }) => {
    const id = String(body['channel']);
    const user = slack.direct.get(id);
    return { channel: user ? { id, is_im: true, user } : { id, is_channel: true, name: 'general' } };
  }),
  'conversations.open': bot('im:write', ({ slack, body }) => ({
    channel: { id: slack.directWith(String(body['users'])) },
  })),
  'conversations.list': bot(undefined, () => ({ channels: [], response_metadata: { next_cursor: '' } })),
  'conversations.history': bot('im:history', ({ slack, body }) => {
    const since = [...slack.messages.values()].filter(
      ({ channel, ts, thread_ts }) =>
        channel === body['channel'] && Number(ts) > Number(body['oldest'] ?? 0) && thread_ts === undefined,
    );
    // Newest first, without the channel that they are of.
    const messages = since.reverse().map(({ channel: _known, channel_type: _too, ...message }) => message);
    return { messages: messages.slice(-Number(body['limit'] ?? 100)), has_more: false };
  }),
  'conversations.replies': bot('im:history', () => ({ messages: [], has_more: false })),
  ...chatMethods,
  ...fileMethods,
};

export async function answerWeb(
  slack: Slack,
  tickets: Map<string, App>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const name = /^\/api\/([\w.]+)$/.exec(url.pathname)?.[1];
  if (!name) return sendJson(response, 404, { ok: false, error: 'not_found' });
  slack.calls.push(name);
  const body = { ...Object.fromEntries(url.searchParams), ...(await readFields(request)) };
  const failure = slack.failures.take(name);
  if (failure?.hang) return;
  if (failure && !failure.lost) return fail(response, failure);
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '') || String(body['token'] ?? '');
  try {
    const { method, app } = allowed(slack, name, token);
    const base = httpUrl(request);
    const scopes = method.token === 'bot' ? app.scopes : app.appScopes;
    const answer = { ok: true, ...method.answer({ slack, app, body, request, tickets, base }) };
    if (failure?.lost) return void response.destroy();
    sendJson(response, 200, answer, { 'x-oauth-scopes': scopes.join(',') });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendJson(response, 200, { ok: false, error: error.message });
  }
}

/** https://docs.slack.dev/apis/web-api/rate-limits */
function fail(response: ServerResponse, failure: Failure): void {
  const { status = failure.error ? 200 : 500, retryAfter = 1 } = failure;
  const error = failure.error ?? (status === 429 ? 'ratelimited' : 'internal_error');
  const headers = status === 429 ? { 'retry-after': String(retryAfter) } : {};
  sendJson(response, status, { ok: false, error }, headers);
}

/** In Slack's order: what the token is, which kind it is, what it may. */
function allowed(slack: Slack, name: string, token: string): { method: Method; app: App } {
  if (token === '') throw new Refused('not_authed');
  const app = slack.apps.find(({ botToken, appToken }) => [botToken, appToken].includes(token));
  if (!app) throw new Refused('invalid_auth');
  const ended = slack.ended.get(token);
  if (ended) throw new Refused(ended);
  const method = methods[name];
  if (!method) throw new Refused('unknown_method');
  const isApp = token === app.appToken;
  if ((method.token === 'app') !== isApp) throw new Refused('not_allowed_token_type');
  const scopes = isApp ? app.appScopes : app.scopes;
  if (method.scope && !scopes.includes(method.scope)) throw new Refused('missing_scope');
  return { method, app };
}

function userOf(slack: Slack, id: string): Fields {
  const app = slack.apps.find(({ user }) => user === id);
  const name = app?.name ?? `user_${id.slice(-4).toLowerCase()}`;
  return {
    id,
    team_id: team,
    name,
    real_name: name,
    is_bot: app !== undefined,
    profile: { real_name: name },
  };
}
