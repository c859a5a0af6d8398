import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Bot, type Context, InputFile, webhookCallback } from 'grammy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from './server.ts';

const TOKEN = '4711:test';
let telegram: FakeTelegram;
let bot: Bot;
let heard: Context[];

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token: TOKEN, username: 'den_bot' });
  heard = [];
  bot = new Bot(TOKEN, { client: { apiRoot: telegram.url } });
  bot.use((context) => void heard.push(context));
  bot.catch(() => undefined);
  void bot.start({
    allowed_updates: ['message', 'edited_message', 'channel_post', 'message_reaction', 'my_chat_member'],
  });
  await expect.poll(() => telegram.polls().open).toBe(1);
});
afterEach(async () => {
  await bot.stop();
  await telegram.close();
});

async function next(count = 1): Promise<Context> {
  await expect.poll(() => heard.length).toBeGreaterThanOrEqual(count);
  return heard[count - 1] as Context;
}

async function bytesOf(context: Context): Promise<string> {
  const { file_path } = await context.getFile();
  return (await fetch(`${telegram.url}/file/bot${TOKEN}/${file_path}`)).text();
}

describe('a grammY bot gets', () => {
  test('a photo in several sizes, the largest last, and its caption', async () => {
    const data = Buffer.from('all of the picture');
    telegram.inject({ from: 7, text: 'look, @den_bot', file: { kind: 'photo', name: 'cat.jpg', data } });
    const context = await next();
    expect(context.message).toMatchObject({
      caption: 'look, @den_bot',
      caption_entities: [{ type: 'mention', offset: 6, length: 8 }],
      photo: [{ width: 90 }, { width: 800, file_size: data.length }],
    });
    expect(await bytesOf(context)).toBe('all of the picture');
  });

  test.each([
    ['document', { file_name: 'a.pdf', mime_type: 'application/pdf' }],
    ['voice', { mime_type: 'application/pdf', duration: 1 }],
    ['sticker', { type: 'regular' }],
  ] as const)('a %s that can be fetched', async (kind, shown) => {
    const file = { kind, name: 'a.pdf', type: 'application/pdf', data: Buffer.from('bytes') };
    telegram.inject({ from: 7, file });
    const context = await next();
    expect(context.message?.[kind]).toMatchObject(shown);
    expect(await bytesOf(context)).toBe('bytes');
  });

  test('no file above 20 MB', async () => {
    telegram.inject({ from: 7, file: { name: 'film.mkv', size: 21 * 1024 * 1024 } });
    const context = await next();
    expect(context.message?.document?.file_size).toBe(21 * 1024 * 1024);
    await expect(context.getFile()).rejects.toMatchObject({ description: 'Bad Request: file is too big' });
  });

  test('an album as one message each', async () => {
    const photo = (name: string) => ({ kind: 'photo' as const, name, data: Buffer.from(name) });
    telegram.inject({ from: 7, text: 'holiday', files: [photo('a.jpg'), photo('b.jpg')] });
    await next(2);
    const [first, second] = heard.map(({ message }) => message);
    expect([first?.caption, second?.caption]).toEqual(['holiday', undefined]);
    expect(first?.media_group_id).toBe(second?.media_group_id);
  });

  test('what people say in a topic of a forum, and in answer to it', async () => {
    const chat = { id: -1001, type: 'supergroup', is_forum: true } as const;
    telegram.inject({ from: 7, chat, message_thread_id: 5, text: 'hello @den_bot' });
    const asked = await next();
    expect(asked.message).toMatchObject({ message_thread_id: 5, is_topic_message: true });
    expect(asked.entities('mention')).toMatchObject([{ text: '@den_bot' }]);
    const { message_id } = await asked.reply('yes?', { message_thread_id: 5 });
    telegram.inject({
      from: 8,
      chat: -1001,
      message_thread_id: 5,
      reply_to_message_id: message_id,
      text: 'no',
    });
    const answer = await next(2);
    expect(answer.message?.reply_to_message?.from).toMatchObject({ id: 4711, is_bot: true });
    expect(answer.message?.is_topic_message).toBe(true);
  });

  test('answers in a supergroup with a thread that is no topic, and cannot be written to', async () => {
    const { message_id } = telegram.inject({ from: 7, chat: -1001, type: 'supergroup', text: 'one' });
    telegram.inject({ from: 8, chat: -1001, reply_to_message_id: message_id, text: 'two' });
    const answer = await next(2);
    expect(answer.message).toMatchObject({ message_thread_id: message_id, text: 'two' });
    expect(answer.message?.is_topic_message).toBeUndefined();
    await expect(
      answer.api.sendMessage(-1001, 'three', { message_thread_id: message_id }),
    ).rejects.toMatchObject({ description: 'Bad Request: message thread not found' });
  });

  test('edits, reactions, channel posts and messages of bots, each as what it is', async () => {
    const { message_id } = telegram.inject({ from: 7, text: 'helo' });
    telegram.edit({ chat: 7, message_id, text: 'hello' });
    telegram.react({ from: 7, message_id, emoji: '👍' });
    telegram.inject({ chat: -1002, type: 'channel', text: 'news' });
    telegram.inject({ from: { id: 99, is_bot: true }, chat: -5, text: 'beep' });
    await next(5);
    expect(heard[1]?.editedMessage).toMatchObject({ message_id, text: 'hello' });
    expect(heard[2]?.reactions()).toMatchObject({ emojiAdded: ['👍'] });
    expect(heard[3]?.channelPost).toMatchObject({ text: 'news', sender_chat: { id: -1002 } });
    expect(heard[3]?.from).toBeUndefined();
    expect(heard[4]?.from?.is_bot).toBe(true);
  });
});

test('what a bot sends as files is there with its bytes', async () => {
  telegram.addChat({ id: 7 });
  await bot.api.sendPhoto(7, new InputFile(Buffer.from('pixels'), 'a.png'), { caption: 'one' });
  await bot.api.sendDocument(7, new InputFile(Buffer.from('text'), 'b.txt'));
  const [photo, document] = telegram.sent();
  expect(photo).toMatchObject({ text: 'one', files: [{ kind: 'photo', name: 'a.png', size: 6 }] });
  expect(document?.files[0]?.data).toEqual(Buffer.from('text'));
});

test('a bot sends no file above 50 MB', async () => {
  telegram.addChat({ id: 7 });
  const large = new InputFile(Buffer.alloc(50 * 1024 * 1024 + 1), 'large');
  await expect(bot.api.sendDocument(7, large)).rejects.toMatchObject({ error_code: 413 });
});

test('a user who blocks the bot is told of, and gets nothing until they write again', async () => {
  telegram.inject({ from: 7, text: 'hi' });
  const { api } = await next();
  telegram.block(7);
  expect((await next(2)).myChatMember?.new_chat_member.status).toBe('kicked');
  await expect(api.sendMessage(7, 'hello?')).rejects.toMatchObject({
    error_code: 403,
    description: 'Forbidden: bot was blocked by the user',
  });
  telegram.inject({ from: 7, text: 'back' });
  expect(await api.sendMessage(7, 'hello!')).toMatchObject({ text: 'hello!' });
});

test('a message whose answer is lost was sent all the same', async () => {
  telegram.addChat({ id: 7 });
  telegram.fail({ method: 'sendMessage', lost: true });
  await expect(bot.api.sendMessage(7, 'did it arrive?')).rejects.toThrow();
  expect(telegram.sent()).toMatchObject([{ text: 'did it arrive?' }]);
});

test('10,000 messages reach a bot in a few seconds, each once and in order', async () => {
  const many = Array.from({ length: 10_000 }, (_, n) => ({ from: 1 + (n % 100), text: `${n}` }));
  const started = performance.now();
  telegram.injectMany(many);
  expect(performance.now() - started).toBeLessThan(2000);
  await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(10_000);
  expect(heard.every(({ message }, n) => message?.text === `${n}`)).toBe(true);
});

test('every poll is on record, so that two at once can be ruled out', async () => {
  telegram.inject({ from: 7, text: 'hi' });
  await next();
  await bot.stop();
  const log = telegram.pollLog().filter(({ until, at }) => until !== null && until > at);
  expect(log.every((one, n) => n === 0 || (log[n - 1]?.until ?? 0) <= one.at)).toBe(true);
  expect(telegram.pollLog().map(({ outcome }) => outcome)).toContain('answered');
  expect(telegram.polls()).toEqual({ open: 0, max: 1 });
});

test('a grammY webhook gets updates with the secret, again after it failed', async () => {
  await bot.stop();
  const hooked = new Bot(TOKEN, { client: { apiRoot: telegram.url } });
  const texts: string[] = [];
  let failures = 1;
  hooked.on('message:text', ({ message }) => {
    texts.push(message.text);
    failures -= 1;
    if (failures >= 0) throw new Error('not now');
  });
  const handle = webhookCallback(hooked, 'http', { secretToken: 's3cret' });
  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  await hooked.api.setWebhook(url, { secret_token: 'another' });
  telegram.inject({ from: 7, text: 'hello' });
  await expect
    .poll(() => hooked.api.getWebhookInfo())
    .toMatchObject({
      url,
      pending_update_count: 1,
      last_error_message: expect.stringContaining('401'),
    });
  await hooked.api.setWebhook(url, { secret_token: 's3cret' });
  await expect.poll(() => texts, { timeout: 5000 }).toEqual(['hello', 'hello']);
  await expect.poll(() => hooked.api.getWebhookInfo()).toMatchObject({ pending_update_count: 0 });
  await expect(hooked.api.setWebhook(url, { secret_token: 'with space' })).rejects.toMatchObject({
    description: 'Bad Request: secret token contains unallowed characters',
  });
  server.close();
});
