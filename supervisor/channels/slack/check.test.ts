import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeSlack, startSlack } from '../../../test/fakes/slack/server.ts';
import { usualScopes } from '../../../test/fakes/slack/slack.ts';
import { check, checkReaders } from './check.ts';
import { openSocket } from './socket.ts';
import { quick } from './testing.ts';

const never = new AbortController().signal;
const good = { bot_token: 'xoxb-1-good', app_token: 'xapp-1-good' };
const app = { botToken: good.bot_token, appToken: good.app_token, name: 'good_bot' };
let slack: FakeSlack;

beforeEach(async () => {
  slack = await startSlack({ ackWithin: 200 });
});
afterEach(() => slack.close());

const ask = (secrets: Readonly<Record<string, string>> = good, signal = never, root = slack.api) =>
  check({ fields: { api_root: root }, secrets }, signal);

test('two good tokens say how the app is called, and open no connection', async () => {
  slack.addApp(app);
  expect(await ask()).toEqual({ reason: null, account: '@good_bot' });
  expect(await ask(good, never, `${slack.api}/`)).toEqual({ reason: null, account: '@good_bot' });
  expect(slack.connections.size).toBe(0);
});

test.each([
  ['a wrong bot token', { bot_token: 'xoxb-1-wrong' }],
  ['a wrong app token', { app_token: 'xapp-1-wrong' }],
  ['the bot token in the place of the app token', { app_token: good.bot_token }],
  ['the app token in the place of the bot token', { bot_token: good.app_token }],
])('%s is rejected', async (_what, change) => {
  slack.addApp(app);
  expect(await ask({ ...good, ...change })).toMatchObject({ reason: 'token-rejected' });
});

test.each([
  ['bot_token', 'token_revoked'],
  ['app_token', 'token_revoked'],
  ['bot_token', 'account_inactive'],
  ['bot_token', 'token_expired'],
] as const)('a %s that Slack calls %s was good once', async (which, error) => {
  slack.addApp(app);
  slack.end(good[which], error);
  expect(await ask()).toMatchObject({ reason: 'token-revoked' });
});

test.each([
  ['no chat:write', { scopes: usualScopes.filter((scope) => scope !== 'chat:write') }],
  ['no im:history', { scopes: usualScopes.filter((scope) => scope !== 'im:history') }],
  ['no connections:write', { appScopes: ['authorizations:read'] }],
])('an app with %s lacks a scope', async (what, scopes) => {
  slack.addApp({ ...app, ...scopes });
  const found = await ask();
  expect(found).toMatchObject({ reason: 'missing-scope', account: '@good_bot' });
  if ('scopes' in scopes) expect(found.details?.text).toBe(`the app lacks ${what.slice('no '.length)}`);
});

test.each(['auth.test', 'apps.connections.open'])(
  'a Slack that fails at %s is unreachable',
  async (method) => {
    slack.addApp(app);
    slack.failures.add({ method, status: 503 });
    expect(await ask()).toMatchObject({ reason: 'unreachable', details: { cause: 'platform-error' } });
    slack.failures.add({ method, status: 429, error: 'ratelimited' });
    expect(await ask()).toMatchObject({ reason: 'unreachable', details: { cause: 'platform-error' } });
  },
);

test('a platform that is not there is unreachable, not a wrong token', async () => {
  expect(await ask(good, never, 'http://127.0.0.1:1/api')).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'no-network', text: 'no connection to 127.0.0.1:1' },
  });
});

test('a platform that hangs is given up when the caller has had enough', async () => {
  slack.addApp(app);
  slack.failures.add({ method: 'apps.connections.open', hang: true });
  expect(await ask(good, AbortSignal.timeout(50))).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'slow' },
  });
});

test.each(['bot_token', 'app_token'])('no %s is said as such', async (which) => {
  expect(await ask({ ...good, [which]: '' })).toEqual({ reason: 'token-missing' });
});

test('groups: all needs to hear channels, mentions alone need nothing that a direct message does not', async () => {
  slack.addApp({ ...app, scopes: ['chat:write', 'im:history'] });
  const input = { fields: { api_root: slack.api }, secrets: good };
  expect(await check({ ...input, groups: 'mention' }, never)).toMatchObject({ reason: null });
  expect(await check({ ...input, groups: 'all' }, never)).toMatchObject({
    reason: 'missing-scope',
    details: { text: 'the app lacks channels:history' },
  });
});

describe('who else reads', () => {
  const readers = () => checkReaders({ fields: { api_root: slack.api }, secrets: good }, never);
  const ignore = { hello: () => undefined, envelope: () => undefined };

  test('nobody: found out by one connection, which is closed', async () => {
    slack.addApp(app);
    expect(await readers()).toEqual({ reason: null });
    await expect.poll(() => slack.connections.size).toBe(0);
  });

  test('another program: named, with what to do, and a message meanwhile is not taken from it', async () => {
    slack.addApp(app);
    const heard: unknown[] = [];
    const envelope = (one: { body: { event?: unknown }; ack: () => Promise<void> }): void => {
      heard.push(one.body.event);
      void one.ack();
    };
    const other = openSocket(good.app_token, slack.api, { ...ignore, envelope }, quick);
    await expect.poll(() => slack.connections.size).toBe(1);
    let over = false;
    const asked = readers().finally(() => {
      over = true;
    });
    while (!over && slack.connections.size < 2) await new Promise(setImmediate);
    slack.inject({ from: 'U012AB3CD', text: 'one' });
    slack.inject({ from: 'U012AB3CD', text: 'two' });
    expect(await asked).toMatchObject({
      reason: 'poller-conflict',
      details: {
        cause: 'other-reader',
        text: '1 more connection of this app: each takes a share of the messages',
      },
    });
    await expect.poll(() => heard.length, { timeout: 5000 }).toBe(2);
    await other.close();
  });

  test('a Node without WebSocket is named as what keeps it from being found out', async () => {
    slack.addApp(app);
    vi.stubGlobal('WebSocket', undefined);
    const found = await readers();
    vi.unstubAllGlobals();
    expect(found).toEqual({
      reason: 'unreachable',
      details: { cause: 'old-node', text: 'that needs Node 22 or newer' },
    });
  });

  test('a Slack that does not answer says nothing of it', async () => {
    slack.failures.add({ method: 'apps.connections.open', hang: true });
    slack.addApp(app);
    const input = { fields: { api_root: slack.api }, secrets: good };
    expect(await checkReaders(input, AbortSignal.timeout(50))).toMatchObject({ reason: 'unreachable' });
  });
});
