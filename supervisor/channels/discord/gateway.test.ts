import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { friend, openStage, type Stage } from './testing.ts';

let stage: Stage;
let discord: Stage['discord'];
let host: Stage['host'];
let start: Stage['start'];
const servers: (() => void)[] = [];

beforeEach(async () => {
  stage = await openStage();
  ({ discord, host, start } = stage);
});
afterEach(async () => {
  await stage.close();
  for (const close of servers.splice(0)) close();
});

const say = (text: string) => discord.inject({ from: friend, text });
const up = () => host.reached({ kind: 'up' });

describe('what came while the connection was broken is told once and in order after', () => {
  test.each<[string, () => void]>([
    ['a cut', () => discord.cut()],
    ['the order to reconnect', () => discord.reconnect()],
    ['a session that may be resumed', () => discord.invalidate(true)],
    ...[1000, 1001, 4000, 4001, 4002, 4003, 4005, 4008, 4009].map((code): [string, () => void] => [
      `close code ${code}`,
      () => discord.closeConnections(code),
    ]),
  ])('%s', async (_what, breaks) => {
    start();
    await up();
    say('before');
    await host.texts(1);
    breaks();
    for (let n = 0; n < 20; n += 1) say(`${n}`);
    expect(await host.texts(21)).toEqual(['before', ...Array.from({ length: 20 }, (_, n) => `${n}`)]);
    expect(stage.logins()).toEqual(['identify', 'resume']);
    expect(host.states.map(({ kind }) => kind)).toEqual(['connecting', 'up']);
  });

  test.each([
    ['an invalid session', () => discord.invalidate()],
    ['close code 4007', () => discord.closeConnections(4007)],
  ])('%s: from the history of the chats that were talked in', async (_what, breaks) => {
    start();
    await up();
    say('before');
    await host.texts(1);
    breaks();
    for (let n = 0; n < 150; n += 1) say(`${n}`);
    expect((await host.texts(151)).slice(1)).toEqual(Array.from({ length: 150 }, (_, n) => `${n}`));
    await expect.poll(() => stage.logins().at(-1)).toBe('identify');
  });

  test('what is told live meanwhile waits behind it', async () => {
    start();
    await up();
    const { channel } = say('one');
    await host.texts(1);
    discord.failures.add({ method: `GET /channels/${channel}/messages`, status: 503, times: 3 });
    discord.invalidate();
    say('two');
    await expect.poll(() => stage.logins().length).toBe(2);
    say('three');
    expect(await host.texts(3)).toEqual(['one', 'two', 'three']);
  });

  test('a network that is away for several tries', async () => {
    const channel = start();
    await up();
    say('before');
    await host.texts(1);
    await channel.release();
    const note = JSON.parse(host.note.read() ?? '');
    host.note.write(JSON.stringify({ ...note, session: { ...note.session, url: 'ws://127.0.0.1:9' } }));
    say('while it was away');
    start();
    expect(await host.texts(2)).toEqual(['before', 'while it was away']);
    expect(stage.logins()).toEqual(['identify', 'resume']);
  });
});

describe('a process that is killed', () => {
  test('is followed by one that gets what came meanwhile, and what was taken but not noted', async () => {
    const first = start();
    await up();
    say('one');
    await host.texts(1);
    // The note of a moment ago stands for a kill: nothing later was written down.
    const note = host.note.read() ?? '';
    say('two');
    await host.texts(2);
    await first.release();
    host.note.write(note);
    say('three');
    start();
    expect(await host.texts(3)).toEqual(['one', 'two', 'three']);
    expect(stage.logins()).toEqual(['identify', 'resume']);
  });

  test('in the middle of catching up begins with it anew', async () => {
    const first = start();
    await up();
    const { channel } = say('one');
    await host.texts(1);
    await first.release();
    discord.sessions.clear();
    say('two');
    discord.failures.add({ method: `GET /channels/${channel}/messages`, hang: true });
    const second = start();
    await expect.poll(() => stage.logins().length).toBe(2);
    say('three');
    await second.release();
    start();
    expect(await host.texts(3)).toEqual(['one', 'two', 'three']);
  });

  test('leaves nothing to a bot with another token', async () => {
    const first = start();
    await up();
    await first.release();
    discord.addBot({ token: 'MTAw.Gabcde.other', username: 'other_bot' });
    start({}, { secrets: { token: 'MTAw.Gabcde.other' } });
    await host.reached({ account: '@other_bot' });
    expect(stage.logins()).toEqual(['identify', 'identify']);
  });
});

describe('a message that could not be kept', () => {
  test('is told again, and those after it stay behind it', async () => {
    start();
    await up();
    host.says('kept', 'refused', 'refused');
    for (const text of ['one', 'two', 'three']) say(text);
    expect(await host.texts(3)).toEqual(['one', 'two', 'three']);
    expect(stage.logins()).toEqual(['identify', 'resume', 'resume']);
    expect(host.states).toHaveLength(2);
  });

  test('while catching up is asked for again', async () => {
    start();
    await up();
    say('one');
    await host.texts(1);
    discord.invalidate();
    host.says('refused', 'refused');
    say('two');
    say('three');
    expect(await host.texts(3)).toEqual(['one', 'two', 'three']);
  });
});

test('after its release the bot is logged in nowhere, hears nothing, and can still send', async () => {
  const channel = start();
  await up();
  await channel.release();
  await expect.poll(() => discord.connectionCount().open).toBe(0);
  const { channel: chat } = say('too late');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(host.got).toEqual([]);
  await channel.send(
    { chat },
    { kind: 'text', text: 'bye', plain: 'bye' },
    'key',
    new AbortController().signal,
  );
  expect(discord.posted.list()).toMatchObject([{ text: 'bye' }]);
});

test('a bot that is released while it logs in never logs in', async () => {
  discord.failures.add({ method: 'GET /gateway/bot', hang: true });
  const channel = start();
  await channel.release();
  expect(stage.logins()).toEqual([]);
});
