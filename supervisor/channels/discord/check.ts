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
    const limit = noLogins(gateway.body);
    if (limit) return { ...limit, ...account };
    if (input.groups !== 'all') return { reason: null, ...account };
    const { body } = await ask('/applications/@me');
    return { ...(mayRead(body) ? { reason: null } : noContent), ...account };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

/** A thousand a day; a bot that uses them up has its token reset. */
function noLogins(gateway: Answer['body']): CheckResult | undefined {
  const { remaining, reset_after: reset } = Object(gateway['session_start_limit']);
  if (remaining !== 0) return undefined;
  const minutes = Math.ceil((Number(reset) || 0) / 60_000);
  return {
    reason: 'session-limit',
    details: {
      cause: 'no-logins',
      text: `no logins are left today; the next ones come in ${minutes} min`,
      fix: 'find the program that logs in with this token again and again, and stop it',
    },
  };
}

/** https://docs.discord.com/developers/resources/application#application-object-application-flags: GATEWAY_MESSAGE_CONTENT, and the one for small bots. */
const MESSAGE_CONTENT = (1 << 18) | (1 << 19);

/** An answer that is no number decides nothing: the login will. */
function mayRead({ flags }: Answer['body']): boolean {
  return typeof flags !== 'number' || (flags & MESSAGE_CONTENT) !== 0;
}

const noContent: CheckResult = {
  reason: 'missing-scope',
  details: {
    cause: 'message-content',
    text: 'groups: all needs the Message Content Intent',
    fix: 'switch it on in the Developer Portal under Bot, or write groups: mention',
  },
};
