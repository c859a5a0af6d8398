import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTelegram } from '../../../test/fakes/telegram/server.ts';
import { deadAddress } from '../testing.ts';
import { usualPauses } from './pauses.ts';
import { openStage, type Stage, token } from './testing.ts';

let stage: Stage;
let telegram: Stage['telegram'];
let host: Stage['host'];
let start: Stage['start'];

beforeEach(async () => {
  stage = await openStage();
  ({ telegram, host, start } = stage);
});
afterEach(() => stage.close());

describe('what goes wrong is told by name, and mends by itself:', () => {
  test('a second program that polls; ours waits long before it tries again', async () => {
    start({ poll: 300 });
    await stage.polling();
    const theirs = fetch(`${telegram.url}/bot${token}/getUpdates?timeout=1`);
    expect(await host.reached({ kind: 'down' })).toEqual({
      kind: 'down',
      reason: 'poller-conflict',
      detail: 'another program reads its messages',
    });
    await theirs;
    await expect.poll(() => host.states.at(-1)?.kind).toBe('up');
    expect([1, 2, 3, 9].map(usualPauses.conflict)).toEqual([30_000, 60_000, 120_000, 300_000]);
  });

  test('a webhook that is set', async () => {
    await fetch(`${telegram.url}/bot${token}/setWebhook?url=https://hook.example/x`);
    start();
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'poller-conflict',
      detail: 'a webhook is set for this bot',
    });
    await fetch(`${telegram.url}/bot${token}/deleteWebhook`);
    // Nobody has to be waited for.
    await expect.poll(() => host.states.at(-1)?.kind, { timeout: 2_000 }).toBe('up');
  });

  test('a token that was never good', async () => {
    telegram.removeBot(token);
    start();
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'token-rejected' });
    telegram.addBot({ token, username: 'good_bot' });
    await host.reached({ kind: 'up' });
  });

  test('a token that is revoked while we poll', async () => {
    start();
    await stage.polling();
    telegram.removeBot(token);
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'token-revoked' });
  });

  test('a platform that is not there, and comes', async () => {
    const root = await deadAddress();
    const channel = start({}, root);
    expect(await host.reached({ kind: 'down' })).toEqual({
      kind: 'down',
      reason: 'unreachable',
      detail: 'no connection to Telegram (ECONNREFUSED)',
    });
    const late = await startTelegram({ port: Number(new URL(root).port) });
    late.addBot({ token, username: 'good_bot' });
    await host.reached({ kind: 'up' });
    await channel.release();
    await late.close();
  });

  test('one bad answer between good ones is not worth a word; two are', async () => {
    start();
    await stage.polling();
    telegram.fail({ method: 'getUpdates', status: 502 });
    await expect.poll(() => telegram.polls().open).toBe(1);
    expect(host.states.map(({ kind }) => kind)).toEqual(['connecting', 'up']);
    telegram.fail({ method: 'getUpdates', status: 502 });
    telegram.fail({ method: 'getMe', status: 500 });
    expect(await host.reached({ kind: 'down' })).toMatchObject({ detail: 'Telegram answers 500' });
    await expect.poll(() => host.states.at(-1)?.kind).toBe('up');
  });

  test('a flood wait is waited for as long as it is asked', async () => {
    telegram.fail({ method: 'getUpdates', status: 429, retry_after: 1 });
    start();
    await host.reached({ kind: 'up' });
    const [first, second] = telegram.calls({ method: 'getMe' });
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('a connection that is dead without a word', async () => {
    start({ poll: 0, slack: 150 });
    telegram.fail({ method: 'getUpdates', hang: true, times: 2 });
    telegram.inject({ from: 7, text: 'x' });
    expect(await host.texts(1)).toEqual(['x']);
    expect(host.states).toContainEqual({
      kind: 'down',
      reason: 'unreachable',
      detail: 'Telegram does not answer in time',
    });
    expect(telegram.polls().max).toBeLessThanOrEqual(1);
  });

  test('something else answers in its place', async () => {
    const other = createServer((_request, response) => response.end('<html>log in</html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    start({}, `http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'unreachable' });
    other.close();
    other.closeAllConnections();
  });
});
