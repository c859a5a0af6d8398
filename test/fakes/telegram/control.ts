import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../platform/http.ts';
import type {
  TelegramBotInput,
  TelegramChatInput,
  TelegramEdit,
  TelegramFailure,
  TelegramInjection,
  TelegramReaction,
  TelegramUserInput,
} from '../testing/telegram.ts';
import { sendJson } from './api.ts';
import { jsonObject } from './body.ts';
import type { Telegram } from './telegram.ts';
import type { Params } from './types.ts';

type Control = (telegram: Telegram, given: Params, gone: AbortSignal) => unknown;

/** The `/_fake/` endpoints: the methods of the programmatic object, over HTTP. */
const CONTROLS: Record<string, Control> = {
  'GET state': (telegram) => ({ bots: [...telegram.bots.values()].map((bot) => bot.user) }),
  'POST bots': (telegram, given) => telegram.addBot(given as unknown as TelegramBotInput),
  'DELETE bots': (telegram, given) => telegram.removeBot(String(given.token)),
  'POST chats': (telegram, given) => {
    const { chat, token, user } = given as {
      chat: TelegramChatInput;
      token?: string;
      user?: number | TelegramUserInput;
    };
    telegram.addChat(chat, {
      ...(token === undefined ? {} : { token }),
      ...(user === undefined ? {} : { user }),
    });
  },
  'POST inject': (telegram, given) =>
    Array.isArray(given.messages)
      ? telegram.injectMany(given.messages as TelegramInjection[])
      : telegram.inject(given as unknown as TelegramInjection),
  'POST edit': (telegram, given) => telegram.edit(given as unknown as TelegramEdit),
  'POST react': (telegram, given) => telegram.react(given as unknown as TelegramReaction),
  'POST block': (telegram, given) => telegram.block(Number(given.chat), token(given)),
  'POST update': (telegram, given) => {
    const update_id = telegram.injectUpdate(given.update as Params, token(given));
    return { update_id };
  },
  'GET sent': (telegram, given) => telegram.sent(filter(given)),
  'GET next': async (telegram, given, gone) => {
    const text = given.text === undefined ? {} : { text: String(given.text) };
    const timeout = given.timeout_ms === undefined ? {} : { timeoutMs: Number(given.timeout_ms) };
    return (await telegram.log.next({ ...filter(given), ...text, ...timeout }, gone)) ?? TIMED_OUT;
  },
  'GET calls': (telegram, given) =>
    telegram.calls({
      ...(given.token === undefined ? {} : { token: String(given.token) }),
      ...(given.method === undefined ? {} : { method: String(given.method) }),
    }),
  'GET polls': (telegram, given) => telegram.polls(token(given)),
  'GET polls/log': (telegram, given) => telegram.pollLog(token(given)),
  'POST fail': (telegram, given) => telegram.fail(given as unknown as TelegramFailure),
  'DELETE fail': (telegram) => telegram.clearFailures(),
  'POST reset': (telegram) => telegram.reset(),
};
const TIMED_OUT = Symbol('nothing was sent in time');

export async function answerControl(
  telegram: Telegram,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const name = `${request.method} ${url.pathname.replace(/^\/_fake\//, '')}`;
  const control = CONTROLS[name];
  if (!control) {
    sendJson(response, 404, { error: `no ${name}; there are: ${Object.keys(CONTROLS).join(', ')}` });
    return;
  }
  try {
    const given = { ...Object.fromEntries(url.searchParams), ...jsonObject(await readBody(request)) };
    const result = await control(telegram, given, gone.signal);
    if (result === TIMED_OUT) sendJson(response, 408, { error: 'nothing was sent in time' });
    else sendJson(response, 200, result ?? { ok: true });
  } catch (error) {
    sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function filter(given: Params): { token?: string; chat?: number; after?: number } {
  return {
    ...(given.token === undefined ? {} : { token: String(given.token) }),
    ...(given.chat === undefined ? {} : { chat: Number(given.chat) }),
    ...(given.after === undefined ? {} : { after: Number(given.after) }),
  };
}

function token(given: Params): string | undefined {
  return given.token === undefined ? undefined : String(given.token);
}
