import { afterEach, beforeEach, expect, test } from 'vitest';
import { METHODS } from './methods.ts';
import { type FakeTelegram, startTelegram } from './server.ts';

const TOKEN = '4711:test';
let telegram: FakeTelegram;

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token: TOKEN });
});
afterEach(() => telegram.close());

interface Reply {
  ok: boolean;
  error_code?: number;
  description?: string;
  result?: unknown;
}

async function call(method: string, params?: object, signal?: AbortSignal): Promise<Reply> {
  const response = await fetch(`${telegram.url}/bot${TOKEN}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params ?? {}),
    ...(signal ? { signal } : {}),
  });
  const reply = (await response.json()) as Reply;
  expect(response.status).toBe(reply.error_code ?? 200);
  return reply;
}

async function texts(params: object): Promise<string[]> {
  const { result } = await call('getUpdates', params);
  return (result as { message: { text: string } }[]).map((update) => update.message.text);
}

test('a poll with nothing to tell stays open for its timeout and no longer', async () => {
  const started = performance.now();
  expect(await texts({ timeout: 1 })).toEqual([]);
  expect(performance.now() - started).toBeGreaterThan(950);
  expect(performance.now() - started).toBeLessThan(1900);
});

test('an open poll is answered as soon as a message arrives', async () => {
  const polling = texts({ timeout: 30 });
  await expect.poll(() => telegram.polls().open).toBe(1);
  telegram.inject({ from: 7, text: 'now' });
  expect(await polling).toEqual(['now']);
  expect(telegram.polls()).toEqual({ open: 0, max: 1 });
});

test('an update is told again until a higher offset confirms it', async () => {
  for (const text of ['a', 'b', 'c']) telegram.inject({ from: 7, text });
  expect(await texts({ limit: 2 })).toEqual(['a', 'b']);
  expect(await texts({})).toEqual(['a', 'b', 'c']);
  expect(await texts({ offset: 2 })).toEqual(['b', 'c']);
  expect(await texts({})).toEqual(['b', 'c']);
  expect(await texts({ offset: -1 })).toEqual(['c']);
  expect(await texts({ offset: 4 })).toEqual([]);
});

test('a bot that asked only for callback queries gets no messages', async () => {
  await call('getUpdates', { allowed_updates: ['callback_query'] });
  telegram.inject({ from: 7, text: 'unheard' });
  telegram.injectUpdate({
    callback_query: {
      id: '1',
      from: { id: 7, is_bot: false, first_name: 'A' },
      chat_instance: '1',
      data: 'x',
    },
  });
  expect((await call('getUpdates')).result).toMatchObject([{ callback_query: { data: 'x' } }]);
});

test('a bot that hangs up and polls again at once is no second bot', async () => {
  for (let round = 0; round < 5; round += 1) {
    const hangUp = new AbortController();
    const polling = call('getUpdates', { timeout: 30 }, hangUp.signal).catch(() => 'hung up');
    await expect.poll(() => telegram.polls().open).toBe(1);
    hangUp.abort();
    expect(await polling).toBe('hung up');
  }
  expect(await texts({ timeout: 1 })).toEqual([]);
  expect(telegram.polls()).toEqual({ open: 0, max: 1 });
});

test('while a webhook is set it gets the updates, and polling is a conflict', async () => {
  const polling = call('getUpdates', { timeout: 30 });
  await expect.poll(() => telegram.polls().open).toBe(1);
  const receiver = await startTelegram();
  await call('setWebhook', { url: `${receiver.url}/bot1:hook/getMe`, secret_token: 's3' });
  expect(await polling).toMatchObject({ description: 'Conflict: terminated by setWebhook request' });
  expect(await call('getUpdates')).toEqual({
    ok: false,
    error_code: 409,
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  });
  telegram.inject({ from: 7, text: 'by hook' });
  await expect.poll(() => receiver.calls()[0]?.params).toMatchObject({ message: { text: 'by hook' } });
  const info = (): Promise<unknown> => call('getWebhookInfo').then((reply) => reply.result);
  await expect
    .poll(info)
    .toMatchObject({ pending_update_count: 1, last_error_message: expect.stringContaining('401') });
  telegram.inject({ from: 7, text: 'after it' });
  receiver.addBot({ token: '1:hook' });
  await expect.poll(info, { timeout: 3000 }).toMatchObject({ pending_update_count: 0 });
  const taken = receiver.calls().filter((one) => one.status === 200);
  expect(taken).toMatchObject([
    { params: { message: { text: 'by hook' } } },
    { params: { message: { text: 'after it' } } },
  ]);
  await receiver.close();
  await call('deleteWebhook');
  expect(await texts({})).toEqual([]);
});

test.each([
  ['sendMessage', { chat_id: 8, text: 'x' }, 'Bad Request: chat not found'],
  ['sendChatAction', { chat_id: 8, action: 'typing' }, 'Bad Request: chat not found'],
  ['sendMessage', { chat_id: 7, text: ' ' }, 'Bad Request: message text is empty'],
  ['sendMessage', { chat_id: 7, text: 'x'.repeat(4097) }, 'Bad Request: message is too long'],
  [
    'sendMessage',
    { chat_id: 7, text: '<b>x', parse_mode: 'HTML' },
    expect.stringMatching(/^Bad Request: can't parse entities: Can't find end tag/),
  ],
  [
    'sendMessage',
    { chat_id: 7, text: '<b>x</i>', parse_mode: 'HTML' },
    expect.stringMatching(/byte offset 4, expected "<\/b>", found "<\/i>"$/),
  ],
  [
    'sendMessage',
    { chat_id: 7, text: '<p>x</p>', parse_mode: 'HTML' },
    expect.stringMatching(/Unsupported start tag "p" at byte offset 0$/),
  ],
  [
    'sendMessage',
    { chat_id: 7, text: 'x', reply_parameters: { message_id: 99 } },
    'Bad Request: message to be replied not found',
  ],
  ['deleteMessage', { chat_id: 7, message_id: 99 }, 'Bad Request: message to delete not found'],
  ['getFile', { file_id: 'nope' }, 'Bad Request: invalid file_id'],
])('%s with %o is refused in the words of Telegram', async (method, params, description) => {
  telegram.addChat({ id: 7 });
  expect(await call(method, params)).toMatchObject({ ok: false, error_code: 400, description });
});

test('a text of 4096 characters goes through, markup and emoji not counted twice', async () => {
  telegram.addChat({ id: 7 });
  const text = `<i>${'😀'.repeat(4096)}</i>`;
  expect(await call('sendMessage', { chat_id: 7, text, parse_mode: 'HTML' })).toMatchObject({ ok: true });
});

test('a method nobody knows is not found, a known one is found in any case of letters', async () => {
  expect(await call('flyToTheMoon')).toEqual({ ok: false, error_code: 404, description: 'Not Found' });
  expect(await call('GETME')).toMatchObject({ ok: true });
});

test('every method grammY knows is there, and none of them breaks the fake', async () => {
  telegram.inject({ from: 7, chat: -5, type: 'supergroup', text: 'hi' });
  const params = {
    chat_id: -5,
    from_chat_id: -5,
    message_id: 1,
    message_ids: [1],
    user_id: 7,
    text: 'x',
    url: '',
  };
  const refused: Record<string, string> = {};
  for (const method of Object.keys(METHODS)) {
    const reply = await call(method, params);
    if (!reply.ok) refused[method] = `${reply.error_code} ${reply.description}`;
  }
  expect(Object.keys(METHODS).length).toBeGreaterThan(180);
  expect(Object.values(refused).filter((reason) => !reason.startsWith('400 '))).toEqual([]);
  expect(Object.keys(refused).length).toBeLessThan(30);
});

test('parameters come by query, by form and by multipart alike', async () => {
  telegram.addChat({ id: 7 });
  const url = `${telegram.url}/bot${TOKEN}/sendMessage`;
  await fetch(`${url}?chat_id=7&text=by+query`);
  await fetch(url, { method: 'POST', body: new URLSearchParams({ chat_id: '7', text: 'by form' }) });
  const form = new FormData();
  form.set('chat_id', '7');
  form.set('text', 'by\r\nmultipart');
  await fetch(url, { method: 'POST', body: form });
  expect(telegram.sent().map((one) => one.text)).toEqual(['by query', 'by form', 'by\r\nmultipart']);
});
