import { type Answer, askJson, type CheckInput, type CheckResult, unanswered, unusable } from '../check.ts';

/**
 * Asks Discord who the bot is, and whether it may still log in today. Never throws.
 * https://discord.com/developers/docs/reference, https://discord.com/developers/docs/events/gateway#get-gateway-bot
 */
export async function check(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  const token = input.secrets['token'];
  if (!token) return { reason: 'token-missing' };
  const root = (input.fields['api_root'] || 'https://discord.com/api/v10').replace(/\/+$/, '');
  const ask = (path: string): Promise<Answer> =>
    askJson(`${root}${path}`, { signal, headers: { authorization: `Bot ${token}` } });
  try {
    const me = await ask('/users/@me');
    if (me.status === 401) return { reason: 'token-rejected' };
    if (me.status !== 200) return unusable(root, me.status);
    const name = me.body['username'];
    const account = typeof name === 'string' ? { account: `@${name}` } : {};
    const gateway = await ask('/gateway/bot');
    if (gateway.status !== 200) return { ...unusable(root, gateway.status), ...account };
    return { reason: loginsLeft(gateway.body) === 0 ? 'session-limit' : null, ...account };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

/** A thousand a day; a bot that uses them up has its token reset. */
function loginsLeft(gateway: Answer['body']): unknown {
  const limit = gateway['session_start_limit'];
  return typeof limit === 'object' && limit !== null && 'remaining' in limit ? limit.remaining : undefined;
}
