import { askJson, type CheckInput, type CheckResult, limited } from '../check.ts';

/** Asks Telegram who the bot is, and whether something else takes its messages. Never throws. */
export async function check(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  const token = input.secrets['token'];
  if (!token) return { reason: 'token-missing' };
  const root = (input.fields['api_root'] || 'https://api.telegram.org').replace(/\/+$/, '');
  const limit = limited(signal);
  const ask = (method: string): Promise<Answer> => askTelegram(`${root}/bot${token}/${method}`, limit);
  try {
    const me = await ask('getMe');
    // 404 is Telegram's answer to a token that does not even look like one.
    if (me.status === 401 || me.status === 404) return { reason: 'token-rejected' };
    if (me.status !== 200) return { reason: 'unreachable' };
    const name = me.result['username'];
    const account = typeof name === 'string' ? { account: `@${name}` } : {};
    // While a webhook is set, getUpdates answers 409 to everybody.
    const webhook = (await ask('getWebhookInfo')).result['url'];
    const taken = typeof webhook === 'string' && webhook !== '';
    return { reason: taken ? 'poller-conflict' : null, ...account };
  } catch {
    return { reason: 'unreachable' };
  }
}

interface Answer {
  readonly status: number;
  readonly result: Readonly<Record<string, unknown>>;
}

async function askTelegram(url: string, signal: AbortSignal): Promise<Answer> {
  const { status, body } = await askJson(url, { signal });
  const { result } = body;
  const fields = typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : {};
  return { status, result: fields };
}
