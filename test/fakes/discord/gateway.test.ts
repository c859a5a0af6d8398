import { REST } from '@discordjs/rest';
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeDiscord, startDiscord } from './server.ts';

const token = 'MTAw.Gabcde.good';
const friend = '80351110224678912';
const guild = '197038439483310086';
const hall = '197038439483310099';
/** Guilds, messages and reactions of servers, direct messages and their reactions. */
const intents = (1 << 0) | (1 << 9) | (1 << 10) | (1 << 12) | (1 << 13);
const messageContent = 1 << 15;
let discord: FakeDiscord;
let managers: WebSocketManager[];

beforeEach(async () => {
  discord = await startDiscord();
  discord.addBot({ token, username: 'den_bot', guilds: [guild], messageContent: true });
  managers = [];
});
afterEach(async () => {
  await Promise.all(managers.map((manager) => manager.destroy()));
  await discord.close();
});

interface Heard {
  readonly t: string;
  readonly d: Readonly<Record<string, unknown>>;
}

async function logIn(wanted = intents | messageContent): Promise<Heard[]> {
  const heard: Heard[] = [];
  const rest = new REST({ api: `${discord.url}/api`, version: '10', retries: 0 }).setToken(token);
  // The library keeps sessions for the whole process otherwise, and one client resumes those of another.
  let session: SessionInfo | null = null;
  const manager = new WebSocketManager({
    token,
    intents: wanted,
    rest,
    // Five seconds between two logins are Discord's rule; here nobody keeps it.
    buildIdentifyThrottler: () => ({ waitForIdentify: async () => undefined }),
    retrieveSessionInfo: () => session,
    updateSessionInfo: (_shard, info) => {
      session = info;
    },
  });
  managers.push(manager);
  manager.on(WebSocketShardEvents.Dispatch, ({ t, d }) => {
    heard.push({ t, d: d as unknown as Heard['d'] });
  });
  // An outage ends in an error event that nobody needs to hear.
  manager.on(WebSocketShardEvents.Error, () => undefined);
  await manager.connect();
  return heard;
}

const of = (heard: readonly Heard[], kind: string): Heard['d'][] =>
  heard.filter(({ t }) => t === kind).map(({ d }) => d);
const texts = (heard: readonly Heard[]): unknown[] =>
  of(heard, 'MESSAGE_CREATE').map((one) => one['content']);
const kinds = (): string[] => discord.logins.map(({ kind }) => kind);

describe('the official gateway client', () => {
  test('resumes when it is told to reconnect, and misses nothing', async () => {
    const heard = await logIn();
    discord.reconnect();
    discord.inject({ from: friend, text: 'meanwhile' });
    await expect.poll(kinds, { timeout: 5000 }).toEqual(['identify', 'resume']);
    discord.inject({ from: friend, text: 'after it' });
    await expect.poll(() => texts(heard)).toEqual(['meanwhile', 'after it']);
  });

  test('gets what came while its connection was broken, in order and once', async () => {
    const heard = await logIn();
    discord.cut();
    discord.injectMany(Array.from({ length: 50 }, (_, n) => ({ from: friend, text: `${n}` })));
    await expect.poll(() => texts(heard).length, { timeout: 5000 }).toBe(50);
    expect(texts(heard)).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`));
    expect(discord.connectionCount()).toEqual({ open: 1, max: 1 });
  });

  test('logs in anew when its session is invalid, and has missed what came between', async () => {
    const heard = await logIn();
    discord.invalidate();
    discord.inject({ from: friend, text: 'lost' });
    await expect.poll(kinds, { timeout: 15_000 }).toEqual(['identify', 'identify']);
    discord.inject({ from: friend, text: 'heard' });
    await expect.poll(() => texts(heard)).toEqual(['heard']);
  });

  test('of a second program connects as well, which is on record', async () => {
    const [one, other] = [await logIn(), await logIn()];
    discord.inject({ from: friend, text: 'to both' });
    await expect.poll(() => [texts(one), texts(other)]).toEqual([['to both'], ['to both']]);
    expect(discord.connectionCount(token)).toEqual({ open: 2, max: 2 });
  });

  test('hears edits, reactions, other bots, threads and its own messages', async () => {
    const heard = await logIn();
    const { id, channel } = discord.inject({ from: friend, guild, channel: hall, text: 'helo' });
    discord.edit({ channel, id, text: 'hello' });
    discord.react({ from: friend, channel, id, emoji: '👍' });
    discord.inject({ from: '99', bot: true, channel: hall, text: 'beep' });
    const thread = discord.addThread({ parent: hall, guild, name: 'aside' });
    discord.inject({ from: friend, channel: thread.id, text: 'in the thread' });
    const rest = new REST({ api: `${discord.url}/api`, version: '10' }).setToken(token);
    await rest.post(`/channels/${hall}/messages`, { body: { content: 'my own' } });
    await expect.poll(() => texts(heard)).toEqual(['helo', 'beep', 'in the thread', 'my own']);
    expect(of(heard, 'MESSAGE_UPDATE')).toMatchObject([{ id, content: 'hello' }]);
    expect(of(heard, 'MESSAGE_REACTION_ADD')).toMatchObject([{ user_id: friend, emoji: { name: '👍' } }]);
    expect(of(heard, 'THREAD_CREATE')).toMatchObject([{ id: thread.id, parent_id: hall, type: 11 }]);
    expect(of(heard, 'MESSAGE_CREATE')[1]).toMatchObject({ author: { bot: true } });
    expect(await rest.get(`/channels/${thread.id}`)).toMatchObject({ type: 11, parent_id: hall });
  });

  test('gets attachments that can be fetched, and none where it may not read the message', async () => {
    const reading = await logIn();
    const notReading = await logIn(intents);
    const files = [{ name: 'cat.png', type: 'image/png', data: Buffer.from('pixels') }];
    discord.inject({ from: friend, guild, channel: hall, text: 'look', files });
    await expect.poll(() => [texts(reading), texts(notReading)]).toEqual([['look'], ['']]);
    expect(of(notReading, 'MESSAGE_CREATE')[0]?.['attachments']).toEqual([]);
    const [{ attachments }] = of(reading, 'MESSAGE_CREATE') as [{ attachments: { url: string }[] }];
    const [file] = attachments;
    expect(file).toMatchObject({ filename: 'cat.png', size: 6, content_type: 'image/png', width: 100 });
    expect(await (await fetch(file?.url ?? '')).text()).toBe('pixels');
  });
});

describe('a login', () => {
  /** The codes and the close code that a client gets for what it sends. */
  async function sending(...payloads: readonly unknown[]): Promise<readonly unknown[]> {
    const socket = new WebSocket(discord.url.replace('http', 'ws'));
    const got: unknown[] = [];
    return new Promise((resolve) => {
      socket.on('message', (data) => {
        const { op, d } = JSON.parse(String(data)) as { op: number; d: unknown };
        got.push(op === 9 ? [op, d] : op);
        if (op === 9) resolve(got);
        const next = payloads[got.length - 1];
        if (next !== undefined) socket.send(typeof next === 'string' ? next : JSON.stringify(next));
      });
      socket.on('close', (code) => resolve([...got, code]));
    });
  }
  const identify = { op: 2, d: { token, intents: 0 } };

  test.each([
    ['with intents that there are not', [{ op: 2, d: { token, intents: 1 << 28 } }], [10, 4013]],
    ['after a login', [identify, identify], [10, 0, 4005]],
    ['with something else before it', [{ op: 3, d: {} }], [10, 4003]],
    ['that is no JSON', ['{'], [10, 4002]],
    ['with an unknown opcode after it', [identify, { op: 77 }], [10, 0, 4001]],
    ['to resume what nobody knows', [{ op: 6, d: { token, session_id: 'x', seq: 1 } }], [10, [9, false]]],
  ])('%s is refused as Discord does', async (_what, payloads, answers) => {
    expect(await sending(...payloads)).toEqual(answers);
  });

  test('that comes too soon after another is an invalid session, where that is asked for', async () => {
    discord.addBot({ token, loginEvery: 5000 });
    void sending(identify);
    await expect.poll(kinds).toEqual(['identify']);
    expect(await sending(identify)).toEqual([10, [9, false]]);
  });

  test('too many resets the token', async () => {
    discord.addBot({ token, loginsLeft: 0 });
    expect(await sending(identify)).toEqual([10, 4004]);
    expect(discord.bots.has(token)).toBe(false);
  });
});
