import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeTelegram, startTelegram } from '../../../test/fakes/telegram/server.ts';
import type { Channel } from '../adapter.ts';
import { createHost, deadAddress, type StandIn } from '../testing.ts';
import { openBot } from './open.ts';
import { type Pauses, usualPauses } from './pauses.ts';

const token = '123:good';
const quick: Pauses = {
  poll: 20_000,
  slack: 5_000,
  refused: 100,
  album: 60,
  network: () => 50,
  conflict: () => 200,
  rejected: 200,
};
let telegram: FakeTelegram;
let host: StandIn;
let open: Channel[];

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token, username: 'good_bot' });
  host = createHost();
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((channel) => channel.release()));
  await telegram.close();
});

function start(pauses: Partial<Pauses> = {}, root = telegram.url): Channel {
  const account = { name: 'telegram', fields: { api_root: root }, secrets: { token } };
  const channel = openBot(account, host, { ...quick, ...pauses });
  open.push(channel);
  return channel;
}

const polls = () => telegram.calls({ method: 'getUpdates' });
const open1 = () => expect.poll(() => telegram.polls().open).toBe(1);

describe('a bot that is well', () => {
  test('is said by name, and its messages come in their order, once', async () => {
    for (let index = 0; index < 250; index += 1) telegram.inject({ from: 7, text: `m${index}` });
    start();
    expect(await host.texts(250)).toEqual(Array.from({ length: 250 }, (_, index) => `m${index}`));
    await open1();
    expect(host.states).toEqual([{ kind: 'connecting' }, { kind: 'up', account: '@good_bot' }]);
    expect(telegram.polls().max).toBe(1);
  });

  test('asks for messages alone', async () => {
    start();
    await open1();
    expect(polls().map(({ params }) => params.allowed_updates)).toEqual(polls().map(() => ['message']));
    telegram.injectUpdate({ edited_message: { message_id: 1, text: 'edited' } } as never);
    telegram.inject({ from: 7, text: 'new' });
    expect(await host.texts(1)).toEqual(['new']);
  });

  test('passes over updates that it does not know, and they come no more', async () => {
    start();
    await open1();
    telegram.injectUpdate({
      message: { message_id: 1, from: { id: 7 }, chat: { id: 7 }, hologram: 1 },
    } as never);
    telegram.injectUpdate({ message: { text: 5, nonsense: true } } as never);
    telegram.inject({ from: 7, text: 'after' });
    expect(await host.texts(1)).toEqual(['after']);
    await open1();
    expect(polls().at(-1)?.params.offset).toBe(4);
  });
});

describe('a message that cannot be kept', () => {
  test('is asked for again, nothing is lost, nothing comes twice, and the order stays', async () => {
    host.says('kept', 'refused', 'refused');
    for (const text of ['a', 'b', 'c']) telegram.inject({ from: 7, text });
    start();
    expect(await host.texts(3)).toEqual(['a', 'b', 'c']);
    await open1();
    // Not confirmed before it was kept.
    expect(polls().map(({ params }) => params.offset)).toEqual([0, 2, 2, 4]);
    expect(host.got).toHaveLength(3);
  });

  test('is there for whoever reads next, when we are released meanwhile', async () => {
    host.says('kept', 'refused');
    for (const text of ['a', 'b']) telegram.inject({ from: 7, text });
    const channel = start({ refused: 60_000 });
    await host.texts(1);
    await channel.release();
    const next = await (await fetch(`${telegram.url}/bot${token}/getUpdates`)).json();
    expect(next).toMatchObject({ result: [{ message: { text: 'b' } }] });
  });
});

describe('an album', () => {
  const photo = (group: string, from = 7, caption?: string) => {
    const chat = { id: from, type: 'private', first_name: 'A' };
    const message_id = Math.ceil(Math.random() * 1e9);
    const size = { file_id: `f${message_id}`, width: 1, height: 1 };
    const text = caption === undefined ? {} : { caption };
    return telegram.injectUpdate({
      message: {
        message_id,
        from: { id: from, first_name: 'A' },
        chat,
        photo: [size],
        media_group_id: group,
        ...text,
      },
    } as never);
  };

  test('that comes in pieces is one message, and others keep their place', async () => {
    start();
    await open1();
    photo('g', 7, 'look');
    telegram.inject({ from: 8, text: 'between' });
    await sleep(30);
    photo('g');
    photo('g', 8);
    expect(await host.texts(3)).toEqual(['look', 'between', '']);
    expect(host.got.map(({ files }) => files.length)).toEqual([2, 0, 1]);
    await open1();
    expect(polls().at(-1)?.params.offset).toBe(5);
  });

  test('is confirmed only when it is whole', async () => {
    const channel = start({ album: 60_000 });
    await open1();
    const first = photo('g');
    await sleep(100);
    await channel.release();
    expect(host.got).toEqual([]);
    const next = await (await fetch(`${telegram.url}/bot${token}/getUpdates`)).json();
    expect(next).toMatchObject({ result: [{ update_id: first }] });
  });

  test('is whole though the limit of an answer cuts it, and though a message inside it is refused', async () => {
    for (let index = 0; index < 98; index += 1) telegram.inject({ from: 8, text: `m${index}` });
    for (let index = 0; index < 4; index += 1) photo('g');
    telegram.inject({ from: 8, text: 'last' });
    start();
    await host.texts(100);
    expect(host.got.slice(98).map(({ text, files }) => [text, files.length])).toEqual([
      ['', 4],
      ['last', 0],
    ]);
    host.says('kept', 'refused');
    photo('h');
    telegram.inject({ from: 8, text: 'inside' });
    photo('h');
    await host.texts(102);
    await open1();
    expect(host.got.slice(100).map(({ text, files }) => [text, files.length])).toEqual([
      ['', 2],
      ['inside', 0],
    ]);
  });
});

describe('a release', () => {
  test('confirms what was kept and leaves no poll', async () => {
    const channel = start();
    await open1();
    telegram.inject({ from: 7, text: 'x' });
    await host.texts(1);
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(500);
    expect(await (await fetch(`${telegram.url}/bot${token}/getUpdates`)).json()).toMatchObject({
      result: [],
    });
    const before = polls().length;
    await sleep(200);
    expect([telegram.polls().open, telegram.polls().max, polls().length]).toEqual([0, 1, before]);
    await channel.send(
      { chat: '7' },
      { kind: 'text', text: 'still', plain: 'still' },
      'k',
      new AbortController().signal,
    );
    expect((await telegram.nextSent()).text).toBe('still');
  });

  test('takes no longer than two seconds of a platform that is silent', async () => {
    const channel = start();
    await open1();
    telegram.fail({ method: 'getUpdates', hang: true, times: 'always' });
    telegram.inject({ from: 7, text: 'x' });
    await host.texts(1);
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('in the middle of a trouble is at once', async () => {
    telegram.fail({ method: '*', status: 500, times: 'always' });
    const channel = start({ network: () => 60_000 });
    await host.reached({ kind: 'down' });
    await channel.release();
  });
});

describe('what goes wrong is told by name, and mends by itself', () => {
  test('a second program that polls; ours waits long before it tries again', async () => {
    start({ poll: 300 });
    await open1();
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
    await host.reached({ kind: 'up' });
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
    await open1();
    telegram.removeBot(token);
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'token-revoked' });
  });

  test('a platform that is not there, and comes', async () => {
    const root = await deadAddress();
    start({}, root);
    expect(await host.reached({ kind: 'down' })).toEqual({
      kind: 'down',
      reason: 'unreachable',
      detail: 'no connection to Telegram (ECONNREFUSED)',
    });
    const late = await startTelegram({ port: Number(new URL(root).port) });
    late.addBot({ token, username: 'good_bot' });
    await host.reached({ kind: 'up' });
    await Promise.all(open.splice(0).map((channel) => channel.release()));
    await late.close();
  });

  test('one bad answer between good ones is not worth a word; two are', async () => {
    start();
    await open1();
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
    const other = await listen(createServer((_request, response) => response.end('<html>log in</html>')));
    start({}, `http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'unreachable' });
    other.close();
    other.closeAllConnections();
  });
});

test('no state and no line of the log holds the token or a text', async () => {
  telegram.fail({ method: '*', status: 500, times: 3 });
  telegram.inject({ from: 7, text: 'private words' });
  start();
  await host.texts(1);
  telegram.injectUpdate({ message: { text: 'private words', chat: 5 } } as never);
  telegram.inject({ from: 7, text: 'after' });
  await host.texts(2);
  expect(host.logged() + JSON.stringify(host.states)).not.toMatch(/123:good|private/);
});

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
