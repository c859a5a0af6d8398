import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from '../../../test/fakes/telegram/server.ts';
import { check } from './check.ts';

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

test('a bot whose messages go to a webhook cannot be polled', async () => {
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=https://hook.example/x`);
  expect(await ask(token)).toEqual({ reason: 'poller-conflict', account: '@good_bot' });
});

test('a platform that is not there is unreachable, not a wrong token', async () => {
  expect(await ask(token, 'http://127.0.0.1:1')).toEqual({ reason: 'unreachable' });
});

test('a platform that fails is unreachable', async () => {
  const { url } = telegram;
  telegram.failures.add({ method: 'getMe', status: 502 });
  expect(await ask(token, url)).toEqual({ reason: 'unreachable' });
});

test('a platform that hangs is given up when the caller has had enough', async () => {
  telegram.failures.add({ method: 'getMe', hang: true });
  const input = { fields: { api_root: telegram.url }, secrets: { token } };
  expect(await check(input, AbortSignal.timeout(50))).toEqual({ reason: 'unreachable' });
});

test('no token is said as such', async () => {
  expect(await check({ fields: {}, secrets: {} }, never)).toEqual({ reason: 'token-missing' });
});
