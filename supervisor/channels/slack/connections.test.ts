import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deadAddress } from '../testing.ts';
import { friend, openStage, type Stage, secrets } from './testing.ts';

let stage: Stage;
let slack: Stage['slack'];
let host: Stage['host'];
let start: Stage['start'];
const servers: (() => void)[] = [];

beforeEach(async () => {
  stage = await openStage();
  ({ slack, host, start } = stage);
});
afterEach(async () => {
  await stage.close();
  for (const close of servers.splice(0)) close();
});

const say = (text: string) => slack.inject({ from: friend, text });
const up = () => host.reached({ kind: 'up' });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each<[string, () => void]>([
  ['a cut', () => slack.cut()],
  ['a refresh', () => slack.disconnect('refresh_requested')],
  ['a warning of one', () => slack.disconnect('warning')],
])('%s loses nothing and tells nothing twice', async (_what, breaks) => {
  start();
  await up();
  say('before');
  await host.texts(1);
  breaks();
  for (let n = 0; n < 20; n += 1) say(`${n}`);
  expect((await host.texts(21)).toSorted()).toEqual(
    ['before', ...Array.from({ length: 20 }, (_, n) => `${n}`)].toSorted(),
  );
  await expect.poll(() => slack.connections.size).toBe(1);
  expect(host.states.map(({ kind }) => kind)).toEqual(['connecting', 'up']);
  const last = new Map(slack.deliveries.map((one) => [one.event_id, one.acknowledged]));
  await expect.poll(() => [...last.values()].length).toBe(21);
});

test('an event is acknowledged once the host has kept it, and not before', async () => {
  start();
  await up();
  host.says('refused', 'refused');
  say('one');
  say('two');
  await sleep(30);
  expect(slack.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([false, false]);
  expect(await host.texts(2)).toEqual(['one', 'two']);
  await expect.poll(() => slack.deliveries.at(-1)?.acknowledged).toBe(true);
});

test('an event that is refused until the end is left to Slack', async () => {
  const channel = start();
  await up();
  host.says(...Array.from({ length: 50 }, () => 'refused' as const));
  say('one');
  await expect.poll(() => slack.deliveries).toHaveLength(1);
  await sleep(30);
  await channel.release();
  expect(slack.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([false]);
});

test('what Slack tells again meanwhile is taken once, and every time acknowledged', async () => {
  start({ again: 1_000 });
  await up();
  host.says('refused');
  say('one');
  expect(await host.texts(1)).toEqual(['one']);
  expect(slack.deliveries.length).toBeGreaterThan(1);
  await expect.poll(() => slack.deliveries.every(({ acknowledged }) => acknowledged)).toBe(true);
  await sleep(400);
  expect(host.got).toHaveLength(1);
});

describe('what goes wrong is told by name, and mends by itself:', () => {
  test.each([
    ['bot_token', 'token_revoked', 'token-revoked'],
    ['app_token', 'token_revoked', 'token-revoked'],
    ['bot_token', 'account_inactive', 'token-revoked'],
  ] as const)('a %s that is %s while we listen', async (which, error, reason) => {
    start();
    await up();
    slack.end(secrets[which], error);
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason });
    slack.ended.clear();
    await expect.poll(() => host.states.at(-1)?.kind).toBe('up');
  });

  test('a token that was never good', async () => {
    slack.apps.length = 0;
    start();
    expect(await host.reached({ kind: 'down' })).toEqual({
      kind: 'down',
      reason: 'token-rejected',
      detail: 'Slack answers invalid_auth',
    });
    expect(host.logged()).not.toMatch(/xoxb|xapp/);
  });

  test('a bot that is thrown out is told by the first call that fails', async () => {
    const channel = start();
    await up();
    slack.failures.add({ method: 'chat.postMessage', error: 'account_inactive' });
    const part = { kind: 'text', text: 'hi', plain: 'hi' } as const;
    await expect(channel.send({ chat: 'D1' }, part, 'k', new AbortController().signal)).rejects.toThrow(
      'account_inactive',
    );
    expect(host.states.at(-1)).toMatchObject({ kind: 'down', reason: 'token-revoked' });
  });

  test('scopes that are missing', async () => {
    slack.apps.length = 0;
    slack.addApp({ botToken: secrets.bot_token, appToken: secrets.app_token, scopes: ['chat:write'] });
    start();
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'missing-scope',
      detail: 'the app lacks im:history',
    });
    expect(host.logged()).toContain('app_mentions:read');
  });

  test('Socket Mode that is switched off', async () => {
    start();
    await up();
    slack.disconnect('link_disabled');
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'missing-scope',
      detail: expect.stringContaining('Socket Mode is off: switch it on'),
    });
    await expect.poll(() => host.states.at(-1)?.kind).toBe('up');
  });

  test('a network that is away when it reconnects', async () => {
    start();
    await up();
    slack.failures.add({ method: 'apps.connections.open', status: 503, times: 3 });
    slack.cut();
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'unreachable',
      detail: 'Slack answers 503',
    });
    await expect.poll(() => host.states.at(-1)?.kind).toBe('up');
  });

  test('a platform that is not there', async () => {
    start({}, { fields: { api_root: `${await deadAddress()}/api` } });
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'unreachable',
      detail: 'no connection to Slack (ECONNREFUSED)',
    });
  });

  test('a limited rate is waited out', async () => {
    slack.failures.add({ method: 'apps.connections.open', status: 429, retryAfter: 1 });
    const begun = performance.now();
    start();
    await up();
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(stage.connects()).toBe(2);
  });
});

test('after its release nothing is connected, heard or acknowledged, and it can still send', async () => {
  const channel = start();
  await up();
  await channel.release();
  await expect.poll(() => slack.connections.size).toBe(0);
  const { channel: chat } = say('too late');
  await sleep(200);
  expect(host.got).toEqual([]);
  await channel.send(
    { chat },
    { kind: 'text', text: 'bye', plain: 'bye' },
    'key',
    new AbortController().signal,
  );
  expect(slack.posted.list()).toMatchObject([{ text: 'bye' }]);
});

test.each(['auth.test', 'apps.connections.open'])(
  'an app that is released during %s never connects',
  async (method) => {
    slack.failures.add({ method, hang: true });
    const channel = start();
    await expect.poll(() => slack.calls).toContain(method);
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(slack.connections.size).toBe(0);
  },
);
