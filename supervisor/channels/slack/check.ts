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
  const root = (input.fields['api_root'] || 'https://slack.com/api').replace(/\/+$/, '');
  const ask = (method: string, token: string): Promise<Answer> =>
    askJson(`${root}/${method}`, {
      method: 'POST',
      signal,
      headers: { authorization: `Bearer ${token}` },
    });
  try {
    const me = await ask('auth.test', bot);
    const name = me.body['user'];
    const account = typeof name === 'string' ? { account: `@${name}` } : {};
    const wrong = fault(me);
    if (wrong === 'unreachable') return unusable(root, me.status);
    if (wrong) return { reason: wrong, ...account };
    const scopes = scopeFault(me);
    if (scopes) return { ...scopes, ...account };
    // It only makes an address, to which nobody connects.
    const opened = await ask('apps.connections.open', app);
    const refused = fault(opened) ?? null;
    if (refused === 'unreachable') return { ...unusable(root, opened.status), ...account };
    return { reason: refused, ...account };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

/** Slack answers a refusal with status 200 and its own word. */
function fault({ body }: Answer): ChannelReason | undefined {
  if (body['ok'] === true) return undefined;
  return reasons[String(body['error'])] ?? 'unreachable';
}

/** Slack names what a token has in a header. */
function scopeFault({ headers }: Answer): CheckResult | undefined {
  const granted = headers.get('x-oauth-scopes')?.split(/[\s,]+/);
  const missing = granted ? missingScopes(granted, false) : [];
  if (missing.length === 0) return undefined;
  const text = `the app lacks ${missing.join(', ')}`;
  return { reason: 'missing-scope', details: { cause: 'scopes', text } };
}
