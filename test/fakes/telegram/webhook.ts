import http from 'node:http';
import https from 'node:https';
import { ApiError, type Bot, type Webhook } from './types.ts';

const RETRY_MS = 500;

/** An empty URL takes the webhook away. Unlike Telegram, plain http is fine: this is for tests. */
export function setWebhook(bot: Bot, url: string, secret: string | undefined): void {
  bot.queue.watch(undefined);
  bot.webhook = url === '' ? undefined : { url, secret, lastError: undefined };
  if (!bot.webhook) return;
  bot.queue.failPolls(new ApiError(409, 'Conflict: terminated by setWebhook request'));
  const hook = bot.webhook;
  let busy = false;
  const deliver = (): void => {
    if (busy) return;
    busy = true;
    void deliverAll(bot, hook).finally(() => {
      busy = false;
    });
  };
  bot.queue.watch(deliver);
  deliver();
}

/** One update at a time, in order, again and again until it is taken or the webhook is another one. */
async function deliverAll(bot: Bot, hook: Webhook): Promise<void> {
  for (let update = bot.queue.first; update && bot.webhook === hook; update = bot.queue.first) {
    const failure = await post(hook, JSON.stringify(update));
    if (failure === undefined) bot.queue.confirm(update.update_id + 1);
    else {
      hook.lastError = { at: Math.floor(Date.now() / 1000), text: failure };
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }
}

function post(hook: Webhook, body: string): Promise<string | undefined> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (hook.secret !== undefined) headers['x-telegram-bot-api-secret-token'] = hook.secret;
  const options = { method: 'POST', headers, timeout: 10_000, agent: false as const };
  return new Promise((resolve) => {
    const taken = (response: http.IncomingMessage): void => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? undefined : `Wrong response from the webhook: ${status}`);
    };
    const request = hook.url.startsWith('https:')
      ? https.request(hook.url, { ...options, rejectUnauthorized: false }, taken)
      : http.request(hook.url, options, taken);
    request.on('error', (error) => resolve(error.message));
    request.on('timeout', () => request.destroy(new Error('Read timeout expired')));
    request.end(body);
  });
}
