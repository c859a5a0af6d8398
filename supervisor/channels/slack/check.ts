import type { ChannelReason } from '../../../runtimes/contract.ts';
import { type Answer, askJson, type CheckInput, type CheckResult, unanswered, unusable } from '../check.ts';
import { missingScopes, reasons } from './words.ts';

/**
 * Asks Slack who the app is, and whether both of its tokens carry what Socket Mode needs. Never throws.
 * https://docs.slack.dev/reference/methods/auth.test, https://docs.slack.dev/reference/methods/apps.connections.open
 */
export async function check(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  const { bot_token: bot, app_token: app } = input.secrets;
  if (!bot || !app) return { reason: 'token-missing' };
  const root = rootOf(input);
  try {
    const me = await askSlack(root, 'auth.test', bot, signal);
    const name = me.body['user'];
    const account = typeof name === 'string' ? { account: `@${name}` } : {};
    const wrong = fault(me);
    if (wrong === 'unreachable') return unusable(root, me.status);
    if (wrong) return { reason: wrong, ...account };
    const scopes = scopeFault(me, input.groups);
    if (scopes) return { ...scopes, ...account };
    // It only makes an address, to which nobody connects.
    const opened = await askSlack(root, 'apps.connections.open', app, signal);
    const refused = fault(opened) ?? null;
    if (refused === 'unreachable') return { ...unusable(root, opened.status), ...account };
    return { reason: refused, ...account };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

function rootOf({ fields }: CheckInput): string {
  return (fields['api_root'] || 'https://slack.com/api').replace(/\/+$/, '');
}

function askSlack(root: string, method: string, token: string, signal: AbortSignal): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  return askJson(`${root}/${method}`, { method: 'POST', signal, headers });
}

const HELLO_LIMIT = 5_000;

/** Node 20 has none of its own. */
const noWebSocket = { cause: 'old-node', text: 'that needs Node 22 or newer' };

/**
 * Counts the connections of the app by opening one for a moment: Slack tells their number to whoever connects. A message
 * that it sends to us meanwhile is not acknowledged, and so goes to another one at once.
 * https://docs.slack.dev/apis/events-api/using-socket-mode#connections
 */
export async function checkReaders(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  const root = rootOf(input);
  try {
    const opened = await askSlack(root, 'apps.connections.open', input.secrets['app_token'] ?? '', signal);
    const url = opened.body['url'];
    if (typeof url !== 'string') return unusable(root, opened.status);
    if (globalThis.WebSocket === undefined) return { reason: 'unreachable', details: noWebSocket };
    const others = (await connectionsAt(url, signal)) - 1;
    if (others < 1) return { reason: null };
    const text = `${others} more connection${others > 1 ? 's' : ''} of this app: each takes a share of the messages`;
    const fix = 'stop the other program, or make an app for each';
    return { reason: 'poller-conflict', details: { cause: 'other-reader', text, fix } };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

/** As its hello tells; ours is one of them. */
function connectionsAt(url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      socket.close();
      reject(new Error('no hello'));
    };
    const timer = setTimeout(end, HELLO_LIMIT);
    signal.addEventListener('abort', end);
    socket.addEventListener('error', end);
    socket.addEventListener('message', ({ data }) => {
      const { type, num_connections: count } = JSON.parse(String(data));
      if (type === 'hello') resolve(Number(count));
      end();
    });
  });
}

/** Slack answers a refusal with status 200 and its own word. */
function fault({ body }: Answer): ChannelReason | undefined {
  if (body['ok'] === true) return undefined;
  return reasons[String(body['error'])] ?? 'unreachable';
}

/** Slack names what a token has in a header. */
function scopeFault({ headers }: Answer, groups: CheckInput['groups']): CheckResult | undefined {
  const granted = headers.get('x-oauth-scopes')?.split(/[\s,]+/);
  const missing = granted ? missingScopes(granted, groups) : [];
  if (missing.length === 0) return undefined;
  const text = `the app lacks ${missing.join(', ')}`;
  return { reason: 'missing-scope', details: { cause: 'scopes', text } };
}
