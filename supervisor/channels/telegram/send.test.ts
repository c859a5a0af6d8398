import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from '../../../test/fakes/telegram/server.ts';
import { type Address, type Channel, type OutgoingPart, SendFailed, type SendFailure } from '../adapter.ts';
import { deadAddress } from '../testing.ts';
import { openClient } from './client.ts';
import { createFetchFile } from './fetch-file.ts';
import { createSend } from './send.ts';

const token = '123:good';
const never = new AbortController().signal;
let telegram: FakeTelegram;
let send: Channel['send'];

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token });
  telegram.addChat({ id: 7 });
  send = createSend(clientAt(telegram.url).api);
});
afterEach(() => telegram.close());

function clientAt(root: string) {
  return openClient({
    name: 'telegram',
    fields: { api_root: root },
    secrets: { token },
    groups: 'mention' as const,
  });
}

const text = (markup: string, plain = markup): OutgoingPart => ({ kind: 'text', text: markup, plain });
const file = (mediaType: string, size = 10, name = 'a.bin'): OutgoingPart => ({
  kind: 'file',
  name,
  mediaType,
  data: Buffer.alloc(size),
});
const say = (to: Address = { chat: '7' }, part = text('hi')) => send(to, part, 'key', never);

async function failure(promise: Promise<void>): Promise<SendFailure & { message: string }> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SendFailed)) throw new Error(`not a SendFailed: ${error}`);
  return { ...error.failure, message: error.message };
}

describe('a text', () => {
  test('is sent as HTML without a preview of its links', async () => {
    await say({ chat: '7' }, text('<b>bold</b> &amp; more', 'bold & more'));
    const { params, text: seen } = await telegram.nextSent();
    expect(seen).toBe('bold & more');
    expect(params).toMatchObject({ parse_mode: 'HTML', link_preview_options: { is_disabled: true } });
  });

  test('that Telegram does not understand is sent again without markup', async () => {
    telegram.fail({
      method: 'sendMessage',
      status: 400,
      description: 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
    });
    await say({ chat: '7' }, text('<x>', 'plain'));
    expect(await telegram.nextSent()).toMatchObject({ text: 'plain' });
    expect(telegram.sent().at(-1)?.params).not.toHaveProperty('parse_mode');
  });

  test('answers in groups the message that it is for, though that is deleted by now, and in its topic', async () => {
    const forum = { id: -100, type: 'supergroup', is_forum: true } as const;
    telegram.inject({ from: 7, chat: forum, message_thread_id: 3, text: 'here' });
    await say({ chat: '-100', thread: '3', message: '5' });
    expect((await telegram.nextSent()).params).toMatchObject({
      message_thread_id: 3,
      reply_parameters: { message_id: 5, allow_sending_without_reply: true },
    });
    await say({ chat: '7', message: '5' });
    expect((await telegram.nextSent()).params).not.toHaveProperty('reply_parameters');
  });

  test('for a group that has become a supergroup goes there, from then on at once', async () => {
    telegram.addChat({ id: -5 });
    telegram.addChat({ id: -1005, type: 'supergroup' });
    const moved = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const old = JSON.parse(body).chat_id === '-5';
      asked.push(JSON.parse(body).chat_id);
      response.end(
        JSON.stringify(
          old
            ? {
                ok: false,
                error_code: 400,
                description: 'Bad Request: group chat was upgraded to a supergroup chat',
                parameters: { migrate_to_chat_id: -1005 },
              }
            : { ok: true, result: {} },
        ),
      );
    });
    const asked: string[] = [];
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    const there = createSend(clientAt(`http://127.0.0.1:${(moved.address() as AddressInfo).port}`).api);
    await there({ chat: '-5' }, text('one'), 'k', never);
    await there({ chat: '-5' }, text('two'), 'k', never);
    expect(asked).toEqual(['-5', '-1005', '-1005']);
    moved.close();
    moved.closeAllConnections();
  });
});

describe('a file', () => {
  test.each([
    ['a picture', file('image/png', 10, 'a.png'), 'sendPhoto'],
    ['a picture of more than 10 MB', file('image/jpeg', 10 * 1024 * 1024 + 1), 'sendDocument'],
    ['anything else', file('application/pdf', 10, 'ä; "b".pdf'), 'sendDocument'],
  ])('that is %s', async (_what, part, method) => {
    await say({ chat: '7' }, part);
    const [call] = telegram.calls({ method });
    expect(call?.uploads).toMatchObject([{ size: part.kind === 'file' ? part.data.length : 0 }]);
  });

  test('that is called like a header stays a file with a name', async () => {
    await say({ chat: '7' }, file('text/plain', 10, 'a"\r\nx: y;b.txt'));
    expect(telegram.calls({ method: 'sendDocument' })[0]?.uploads).toMatchObject([
      { filename: 'a___x: y;b.txt' },
    ]);
  });

  test('that is no picture to Telegram is sent as a document', async () => {
    telegram.fail({ method: 'sendPhoto', status: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' });
    await say({ chat: '7' }, file('image/png'));
    expect(await telegram.nextSent()).toMatchObject({ method: 'sendDocument' });
  });
});

describe('what could not be sent is told apart', () => {
  test.each([
    [
      { status: 429, retry_after: 12 },
      { outcome: 'later', uncertain: false, retryAfter: 12_000 },
    ],
    [{ status: 403 }, { outcome: 'gone', uncertain: false }],
    [
      { status: 400, description: 'Bad Request: chat not found' },
      { outcome: 'gone', uncertain: false },
    ],
    [
      { status: 400, description: 'Bad Request: message is too long' },
      { outcome: 'refused', uncertain: false },
    ],
    [{ status: 401 }, { outcome: 'later', uncertain: false }],
    [{ status: 500 }, { outcome: 'later', uncertain: true }],
  ])('%j', async (order, expected) => {
    telegram.fail({ method: 'sendMessage', ...order });
    expect(await failure(say())).toMatchObject(expected);
  });

  test('nobody there: surely not sent', async () => {
    const nobody = createSend(clientAt(await deadAddress()).api);
    expect(await failure(nobody({ chat: '7' }, text('x'), 'k', never))).toMatchObject({
      outcome: 'later',
      uncertain: false,
      message: expect.not.stringContaining(token),
    });
  });

  test('hung up before the answer, or given up: it may have arrived', async () => {
    const rude = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const there = createSend(clientAt(`http://127.0.0.1:${(rude.address() as AddressInfo).port}`).api);
    expect(await failure(there({ chat: '7' }, text('x'), 'k', never))).toMatchObject({ uncertain: true });
    rude.close();
    telegram.fail({ method: 'sendMessage', hang: true });
    expect(await failure(send({ chat: '7' }, text('x'), 'k', AbortSignal.timeout(50)))).toMatchObject({
      outcome: 'later',
      uncertain: true,
    });
  });

  test('without the words of the message', async () => {
    const description = 'Bad Request: wrong thing "private <words>" and "more"';
    telegram.fail({ method: 'sendMessage', status: 400, description });
    const { message } = await failure(say());
    expect(message).toBe('Telegram answers 400: Bad Request: wrong thing "…"');
  });
});

describe('a file that somebody sent', () => {
  const fetchFrom = (root = telegram.url) => createFetchFile(clientAt(root));
  const sent = (data: string) => {
    telegram.inject({ from: 7, file: { name: 'a b#.txt', data: Buffer.from(data) } });
    const [stored] = [...(telegram.bots.get(token)?.files.values() ?? [])];
    return { ref: stored?.file_id ?? '', name: 'a' };
  };

  test('is fetched whole', async () => {
    expect((await fetchFrom()(sent('content'), 100, never)).toString()).toBe('content');
  });

  test('is not fetched when it is too large, or not there any more', async () => {
    await expect(fetchFrom()(sent('content'), 6, never)).rejects.toThrow('larger than 6 bytes');
    await expect(fetchFrom()({ ref: 'gone', name: 'a' }, 6, never)).rejects.toThrow('Telegram answers 400');
    await expect(fetchFrom(await deadAddress())({ ref: 'x', name: 'a' }, 6, never)).rejects.toThrow(
      /^no connection to Telegram \(ECONNREFUSED\)$/,
    );
  });

  test.each([
    ['larger than was told', { file_path: 'a.txt', file_size: 1 }, 'larger than 5 bytes'],
    ['on the server’s own disk', { file_path: '/var/lib/a.txt' }, 'start it without --local'],
    ['nowhere', {}, 'names no place'],
  ])('is not fetched when it is %s', async (_what, result, words) => {
    const server = createServer((request, response) => {
      if (request.url?.includes('/file/')) response.end('0123456789');
      else response.end(JSON.stringify({ ok: true, result: { file_id: 'x', ...result } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(fetchFrom(root)({ ref: 'x', name: 'a' }, 5, never)).rejects.toThrow(words);
    server.close();
    server.closeAllConnections();
  });
});
