import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fields, readFields, sendJson } from '../platform/http.ts';
import { socketUrl } from '../platform/listen.ts';
import { type App, type Slack, team } from './slack.ts';

interface Call {
  readonly slack: Slack;
  readonly app: App;
  readonly body: Fields;
  readonly request: IncomingMessage;
  readonly tickets: Map<string, App>;
}

interface Method {
  /** Which of the app's tokens it takes. */
  readonly token: 'bot' | 'app';
  readonly scope?: string;
  /** Its answer without `ok`. */
  readonly answer: (call: Call) => Fields;
}

class Refused extends Error {}

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
  'conversations.history': bot('im:history', () => ({ messages: [], has_more: false })),
  'conversations.replies': bot('im:history', () => ({ messages: [], has_more: false })),
  'chat.postMessage': bot('chat:write', post),
  'chat.update': bot('chat:write', ({ slack, body }) => {
    const [channel, ts, text] = [String(body['channel']), String(body['ts']), String(body['text'] ?? '')];
    if (!slack.posted.change(channel, ts, { text })) throw new Refused('message_not_found');
    return { channel, ts, text };
  }),
  'chat.delete': bot('chat:write', ({ slack, body }) => {
    slack.posted.change(String(body['channel']), String(body['ts']), { deleted: true });
    return { channel: body['channel'], ts: body['ts'] };
  }),
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
  if (failure) {
    const { status = failure.error ? 200 : 500, error = 'internal_error', retryAfter = 1 } = failure;
    const headers = status === 429 ? { 'retry-after': String(retryAfter) } : {};
    return sendJson(response, status, { ok: false, error }, headers);
  }
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '') || String(body['token'] ?? '');
  try {
    const { method, app } = allowed(slack, name, token);
    const scopes = method.token === 'bot' ? app.scopes : app.appScopes;
    const answer = { ok: true, ...method.answer({ slack, app, body, request, tickets }) };
    sendJson(response, 200, answer, { 'x-oauth-scopes': scopes.join(',') });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendJson(response, 200, { ok: false, error: error.message });
  }
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

function bot(scope: string | undefined, answer: Method['answer']): Method {
  return { token: 'bot', ...(scope ? { scope } : {}), answer };
}

function post({ slack, app, body }: Call): Fields {
  const asked = String(body['channel']);
  // A person's id stands for the direct chat with them.
  const channel = /^[UW]/.test(asked) ? slack.directWith(asked) : asked;
  const text = String(body['text'] ?? '');
  if (text === '' && !body['blocks']) throw new Refused('no_text');
  const ts = slack.timestamp();
  const user = slack.direct.get(channel);
  const thread = body['thread_ts'];
  slack.posted.add({
    id: ts,
    channel,
    ...(user ? { user } : {}),
    ...(typeof thread === 'string' ? { thread } : {}),
    files: [],
    text,
    deleted: false,
  });
  return { channel, ts, message: { type: 'message', user: app.user, bot_id: app.botId, text, ts, team } };
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
