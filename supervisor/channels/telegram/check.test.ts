import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from '../../../test/fakes/telegram/server.ts';
import { check, checkReaders } from './check.ts';

const never = new AbortController().signal;
const token = '123:good';
let telegram: FakeTelegram;

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token, username: 'good_bot' });
});
afterEach(() => telegram.close());

const ask = (secret: string, root = telegram.url) =>
  check({ fields: { api_root: root }, secrets: { token: secret } }, never);

test('a good token says how the bot is called', async () => {
  expect(await ask(token)).toEqual({ reason: null, account: '@good_bot' });
  expect(await ask(token, `${telegram.url}/`)).toEqual({ reason: null, account: '@good_bot' });
});

test('a wrong token is rejected', async () => {
  expect(await ask('123:wrong')).toEqual({ reason: 'token-rejected' });
});

test('a bot whose messages go to a webhook cannot be polled; of its address only the host is told', async () => {
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=https://hook.example/bot/123:secret`);
  const found = await ask(token);
  expect(found).toMatchObject({
    reason: 'poller-conflict',
    account: '@good_bot',
    details: { cause: 'webhook-set', text: 'its messages go to a webhook at hook.example' },
  });
  expect(JSON.stringify(found)).not.toMatch(/123:/);
});

test('a platform that is not there is unreachable, not a wrong token', async () => {
  expect(await ask(token, 'http://127.0.0.1:1')).toEqual({
    reason: 'unreachable',
    details: { cause: 'no-network', text: 'no connection to 127.0.0.1:1' },
  });
  expect(await ask(token, 'http://nowhere.invalid')).toMatchObject({
    details: { cause: 'no-network', text: expect.stringMatching(/^no connection to nowhere.invalid \(E/) },
  });
});

test('a platform that fails is unreachable, and what it answered is told', async () => {
  telegram.failures.add({ method: 'getMe', status: 502 });
  expect(await ask(token)).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'platform-error', text: expect.stringContaining('answers HTTP 502') },
  });
});

test('a platform that hangs is given up when the caller has had enough', async () => {
  telegram.failures.add({ method: 'getMe', hang: true });
  const input = { fields: { api_root: telegram.url }, secrets: { token } };
  expect(await check(input, AbortSignal.timeout(50))).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'slow' },
  });
});

test('a platform that is slow is waited for as long as the caller wants', async () => {
  telegram.failures.add({ method: 'getMe', delay_ms: 300 });
  expect(await ask(token)).toEqual({ reason: null, account: '@good_bot' });
});

test('no token is said as such', async () => {
  expect(await check({ fields: {}, secrets: {} }, never)).toEqual({ reason: 'token-missing' });
});

const readers = () => checkReaders({ fields: { api_root: telegram.url }, secrets: { token } }, never);
const poll = (more = '') => fetch(`${telegram.url}/bot${token}/getUpdates?timeout=30${more}`);

test('another reader is found, though it does not come back', async () => {
  const theirs = poll();
  await expect.poll(() => telegram.polls(token).open).toBe(1);
  const found = readers();
  expect((await theirs).status).toBe(409);
  expect(await found).toMatchObject({ reason: 'poller-conflict', details: { cause: 'other-reader' } });
});

test('another reader is told apart from a slow line', async () => {
  telegram.failures.add({ method: '*', delay_ms: 1600, times: 'always' });
  expect(await readers()).toEqual({ reason: null });
});

test('messages that nobody takes are left for whoever asks next', async () => {
  telegram.inject({ from: 7, text: 'hello' });
  expect(await readers()).toEqual({ reason: null });
  const next = await (await poll('&offset=1')).json();
  expect(next).toMatchObject({ result: [{ message: { text: 'hello' } }] });
});

test('a bot that nobody reads is found free within a second, and is left free', async () => {
  const begun = performance.now();
  expect(await readers()).toEqual({ reason: null });
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(telegram.calls({ method: 'getUpdates' })[0]?.params).not.toHaveProperty('offset');
  await expect.poll(() => telegram.polls(token).open).toBe(0);
});
