import { askJson, type CheckInput, type CheckResult, unanswered, unusable } from '../check.ts';

/** Asks Telegram who the bot is, and whether its messages go to a webhook. */
export async function check(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  if (!input.secrets['token']) return { reason: 'token-missing' };
  const { root, ask } = questions(input, signal);
  try {
    const me = await ask('getMe');
    // 404 is Telegram's answer to a token that does not even look like one.
    if (me.status === 401 || me.status === 404) return { reason: 'token-rejected' };
    if (me.status !== 200) return unusable(root, me.status);
    const name = me.result['username'];
    const account = typeof name === 'string' ? { account: `@${name}` } : {};
    // While a webhook is set, getUpdates answers 409 to everybody.
    const webhook = (await ask('getWebhookInfo')).result['url'];
    if (typeof webhook !== 'string' || webhook === '') return { reason: null, ...account };
    return { reason: 'poller-conflict', ...account, details: webhookSet(root, webhook) };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

/**
 * Seconds that our own poll stays open. Programs that lost theirs come back after 1 to 3 s (OpenClaw 2, aiogram and
 * python-telegram-bot 1); their coming back ends ours with 409, which Telegram may hold back for 3 s more.
 */
const HOLD = 5;

/**
 * Polls once. Of two polls Telegram ends the older one with 409, so the other program loses its own for a moment, and
 * ours fails when it comes back. Nothing is confirmed without an `offset`: every message is told again to whoever asks
 * next. Messages that wait are told at once, and mean that nobody takes them.
 * https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp (do_get_updates, abort_long_poll)
 */
export async function checkReaders(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  const { root, ask } = questions(input, signal);
  try {
    const { status } = await ask(`getUpdates?limit=1&timeout=${HOLD}`);
    if (status === 200) return { reason: null };
    if (status !== 409) return unusable(root, status);
    const text = 'another program reads the messages of this bot just now';
    return { reason: 'poller-conflict', details: { cause: 'other-reader', text, fix: ownBot } };
  } catch (error) {
    return unanswered(root, error, signal);
  }
}

const ownBot = 'stop that program, or make a bot for each with @BotFather';

function webhookSet(root: string, webhook: string): NonNullable<CheckResult['details']> {
  // Only the host: the rest of the address often holds a secret.
  const host = URL.canParse(webhook) ? new URL(webhook).host : 'some address';
  return {
    cause: 'webhook-set',
    text: `its messages go to a webhook at ${host}`,
    fix: `take the webhook away: ${root}/bot<TOKEN>/deleteWebhook; or make another bot with @BotFather`,
  };
}

interface Answer {
  readonly status: number;
  readonly result: Readonly<Record<string, unknown>>;
}

function questions(
  { fields, secrets }: CheckInput,
  signal: AbortSignal,
): { readonly root: string; readonly ask: (method: string) => Promise<Answer> } {
  const root = (fields['api_root'] || 'https://api.telegram.org').replace(/\/+$/, '');
  const ask = async (method: string): Promise<Answer> => {
    const { status, body } = await askJson(`${root}/bot${secrets['token']}/${method}`, { signal });
    const { result } = body;
    return {
      status,
      result: typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : {},
    };
  };
  return { root, ask };
}
