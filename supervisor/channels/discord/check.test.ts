import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeDiscord, startDiscord } from '../../../test/fakes/discord/server.ts';
import { check } from './check.ts';

const never = new AbortController().signal;
const token = 'MTAw.Gabcde.good';
let discord: FakeDiscord;

beforeEach(async () => {
  discord = await startDiscord();
  discord.addBot({ token, username: 'good_bot' });
});
afterEach(() => discord.close());

const ask = (secret: string, root = discord.api, signal = never) =>
  check({ fields: { api_root: root }, secrets: { token: secret } }, signal);

test('a good token says how the bot is called, and costs no login', async () => {
  expect(await ask(token)).toEqual({ reason: null, account: '@good_bot' });
  expect(await ask(token, `${discord.api}/`)).toEqual({ reason: null, account: '@good_bot' });
  expect(discord.bots.get(token)?.loginsLeft).toBe(1000);
});

test('a wrong token is rejected', async () => {
  expect(await ask('MTAw.Gabcde.wrong')).toEqual({ reason: 'token-rejected' });
});

test('a bot that has used up its logins of the day is told so', async () => {
  discord.addBot({ token, username: 'good_bot', loginsLeft: 0 });
  expect(await ask(token)).toMatchObject({
    reason: 'session-limit',
    account: '@good_bot',
    details: { text: 'no logins are left today; the next ones come in 60 min' },
  });
});

test('groups: all needs the Message Content Intent, and nothing else does', async () => {
  const input = { fields: { api_root: discord.api }, secrets: { token } };
  expect(await check({ ...input, groups: 'mention' }, never)).toMatchObject({ reason: null });
  expect(await check({ ...input, groups: 'all' }, never)).toMatchObject({
    reason: 'missing-scope',
    details: { text: 'groups: all needs the Message Content Intent' },
  });
  discord.addBot({ token, username: 'good_bot', messageContent: true });
  expect(await check({ ...input, groups: 'all' }, never)).toMatchObject({ reason: null });
});

test('a platform that is not there is unreachable, not a wrong token', async () => {
  expect(await ask(token, 'http://127.0.0.1:1/api/v10')).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'no-network', text: 'no connection to 127.0.0.1:1' },
  });
});

test.each([
  ['GET /users/@me', 502],
  ['GET /users/@me', 429],
  ['GET /gateway/bot', 500],
])('a platform that answers %s with %i is unreachable', async (method, status) => {
  discord.failures.add({ method, status });
  expect(await ask(token)).toMatchObject({ reason: 'unreachable', details: { cause: 'platform-error' } });
});

test('a platform that hangs is given up when the caller has had enough', async () => {
  discord.failures.add({ method: 'GET /gateway/bot', hang: true });
  expect(await ask(token, discord.api, AbortSignal.timeout(50))).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'slow' },
  });
});

test('no token is said as such', async () => {
  expect(await check({ fields: {}, secrets: {} }, never)).toEqual({ reason: 'token-missing' });
});
