import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStage, type Stage } from './testing.ts';

let stage: Stage;
let telegram: Stage['telegram'];
let host: Stage['host'];
let start: Stage['start'];
let polls: Stage['polls'];

beforeEach(async () => {
  stage = await openStage();
  ({ telegram, host, start, polls } = stage);
});
afterEach(() => stage.close());

describe('a bot that is well', () => {
  test('is said by name, and its messages come in their order, once', async () => {
    for (let index = 0; index < 250; index += 1) telegram.inject({ from: 7, text: `m${index}` });
    start();
    expect(await host.texts(250)).toEqual(Array.from({ length: 250 }, (_, index) => `m${index}`));
    await stage.polling();
    expect(host.states).toEqual([{ kind: 'connecting' }, { kind: 'up', account: '@good_bot' }]);
    expect(telegram.polls().max).toBe(1);
  });

  test('asks for messages alone', async () => {
    start();
    await stage.polling();
    expect(polls().map(({ params }) => params.allowed_updates)).toEqual(polls().map(() => ['message']));
    telegram.injectUpdate({ edited_message: { message_id: 1, text: 'edited' } } as never);
    telegram.inject({ from: 7, text: 'new' });
    expect(await host.texts(1)).toEqual(['new']);
  });

  test('passes over updates that it does not know, and they come no more', async () => {
    start();
    await stage.polling();
    telegram.injectUpdate({
      message: { message_id: 1, from: { id: 7 }, chat: { id: 7 }, hologram: 1 },
    } as never);
    telegram.injectUpdate({
      message: { message_id: 2, from: { id: 7 }, chat: { id: 7 }, photo: [] },
    } as never);
    telegram.inject({ from: 7, text: 'after' });
    expect(await host.texts(1)).toEqual(['after']);
    await stage.polling();
    expect(polls().at(-1)?.params.offset).toBe(4);
  });
});

describe('a message that cannot be kept', () => {
  test('is asked for again, nothing is lost, nothing comes twice, and the order stays', async () => {
    host.says('kept', 'refused', 'refused');
    for (const text of ['a', 'b', 'c']) telegram.inject({ from: 7, text });
    start();
    expect(await host.texts(3)).toEqual(['a', 'b', 'c']);
    await stage.polling();
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
    const next = await stage.left();
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
    await stage.polling();
    photo('g', 7, 'look');
    telegram.inject({ from: 8, text: 'between' });
    await sleep(30);
    photo('g');
    photo('g', 8);
    expect(await host.texts(3)).toEqual(['look', 'between', '']);
    expect(host.got.map(({ files }) => files.length)).toEqual([2, 0, 1]);
    await stage.polling();
    expect(polls().at(-1)?.params.offset).toBe(5);
  });

  test('is confirmed only when it is whole', async () => {
    const channel = start({ album: 60_000 });
    await stage.polling();
    const first = photo('g');
    await sleep(100);
    await channel.release();
    expect(host.got).toEqual([]);
    const next = await stage.left();
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
    await stage.polling();
    expect(host.got.slice(100).map(({ text, files }) => [text, files.length])).toEqual([
      ['', 2],
      ['inside', 0],
    ]);
  });
});

describe('a release', () => {
  test('confirms what was kept and leaves no poll', async () => {
    const channel = start();
    await stage.polling();
    telegram.inject({ from: 7, text: 'x' });
    await host.texts(1);
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(500);
    expect(await stage.left()).toMatchObject({
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
    await stage.polling();
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
