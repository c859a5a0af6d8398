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
 * Finds out whether another program has a poll open, by two polls of ours. Of two polls Telegram ends the older one with
 * 409, and answers a second such conflict within 3 s only after 3 s more. So our second poll ends our first one at once
 * where the first had nobody to end, and 3 s later where it had. Waiting for the other program to come back would not do:
 * OpenClaw stays away for 31 s (measured), others for good. Nothing is confirmed without an `offset`: every message is told
 * again to whoever asks next; messages that wait are told at once, and mean that nobody takes them.
 * https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp (do_get_updates, fail_query_conflict)
 */
export async function checkReaders(input: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  const over = new AbortController();
  const { root, ask } = questions(input, eitherOf(signal, over));
  const poll = (seconds: number): Promise<Answer> => ask(`getUpdates?limit=1&timeout=${seconds}`);
  try {
    const begun = performance.now();
    await ask('getMe');
    const roundTrip = performance.now() - begun;
    const first = poll(10);
    const early = await Promise.race([first, sleep(roundTrip + REGISTERED)]);
    if (early) return early.status === 200 ? { reason: null } : unusable(root, early.status);
    const second = performance.now();
    // Short, since Telegram may keep it open though we hang up.
    poll(1).catch(() => undefined);
    const { status } = await first;
    if (status !== 409) return unusable(root, status);
    const heldBack = performance.now() - second - roundTrip > HELD_BACK / 2;
    return heldBack ? { reason: 'poller-conflict', details: otherReader } : { reason: null };
  } catch (error) {
    return unanswered(root, error, signal);
  } finally {
    over.abort();
  }
}

/** Milliseconds that Telegram holds a second conflict back. */
const HELD_BACK = 3000;
/** Milliseconds beyond a round trip, after which our first poll is surely open. */
const REGISTERED = 250;

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

/** The outer signal ends the inner one too. */
function eitherOf(outer: AbortSignal, inner: AbortController): AbortSignal {
  if (outer.aborted) inner.abort();
  const end = (): void => inner.abort();
  outer.addEventListener('abort', end);
  inner.signal.addEventListener('abort', () => outer.removeEventListener('abort', end));
  return inner.signal;
}

const otherReader = {
  cause: 'other-reader',
  text: 'another program reads the messages of this bot just now',
  fix: 'stop that program, or make a bot for each with @BotFather',
};

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
