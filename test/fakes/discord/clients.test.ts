import { once } from 'node:events';
import { REST } from '@discordjs/rest';
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeDiscord, startDiscord } from './server.ts';

const token = 'MTAw.Gabcde.good';
const friend = '80351110224678912';
const guild = '197038439483310086';
const directMessages = 1 << 12;
const guildMessages = 1 << 9;
const messageContent = 1 << 15;
let discord: FakeDiscord;
let manager: WebSocketManager | undefined;

beforeEach(async () => {
  discord = await startDiscord();
  discord.addBot({ token, username: 'den_bot', guilds: [guild] });
});
afterEach(async () => {
  await manager?.destroy();
  manager = undefined;
  await discord.close();
});

const rest = (secret = token): REST =>
  new REST({ api: `${discord.url}/api`, version: '10', retries: 0 }).setToken(secret);

interface Message {
  readonly channel_id: string;
  readonly content: string;
  readonly author: { readonly id: string };
}

/** Logs in with the official gateway client; the messages that it hears. */
async function logIn(intents: number, secret = token): Promise<Message[]> {
  const heard: Message[] = [];
  manager = new WebSocketManager({ token: secret, intents, rest: rest() });
  manager.on(WebSocketShardEvents.Dispatch, ({ t, d }) => {
    if (t === 'MESSAGE_CREATE') heard.push(d as unknown as Message);
  });
  await manager.connect();
  return heard;
}

const until = async (what: () => boolean): Promise<void> => {
  await expect.poll(what, { timeout: 5_000, interval: 10 }).toBe(true);
};

test('a message of a person reaches the official client, its answer is seen by the test', async () => {
  const heard = await logIn(directMessages);
  discord.inject({ from: friend, text: 'hello' });
  await until(() => heard.length === 1);
  const channel = heard[0]?.channel_id ?? '';
  expect(heard[0]).toMatchObject({ content: 'hello', author: { id: friend } });
  const posted = (await rest().post(`/channels/${channel}/messages`, { body: { content: 'hi' } })) as {
    id: string;
  };
  await rest().patch(`/channels/${channel}/messages/${posted.id}`, { body: { content: 'hi there' } });
  expect(await discord.posted.next({ user: friend })).toMatchObject({ text: 'hi there', channel });
  await rest().delete(`/channels/${channel}/messages/${posted.id}`);
  expect(discord.posted.list()).toEqual([]);
});

test('a client that does not listen to servers hears none of their messages', async () => {
  const heard = await logIn(directMessages);
  discord.inject({ from: friend, guild, text: 'in the server', mention: true });
  discord.inject({ from: friend, text: 'direct' });
  await until(() => heard.length === 1);
  expect(heard[0]?.content).toBe('direct');
});

test('without the Message Content intent a server’s messages are empty but for mentions', async () => {
  const heard = await logIn(guildMessages);
  discord.inject({ from: friend, guild, text: 'to all' });
  discord.inject({ from: friend, guild, text: 'to you', mention: true });
  await until(() => heard.length === 2);
  expect(heard.map(({ content }) => content)).toEqual(['', expect.stringContaining('to you')]);
});

test.each([
  ['an intent that was not switched on in the Developer Portal', token, messageContent, 4014],
  ['a wrong token', 'MTAw.Gabcde.wrong', directMessages, 4004],
])('%s ends a login with its own code', async (_what, secret, intents, code) => {
  const socket = new WebSocket(discord.url.replace('http', 'ws'));
  socket.once('message', () => socket.send(JSON.stringify({ op: 2, d: { token: secret, intents } })));
  const [closed] = (await once(socket, 'close')) as [number];
  expect(closed).toBe(code);
});

test('a server that ends is one that went away, not one that reset the token', async () => {
  const ending = await startDiscord();
  ending.addBot({ token });
  const socket = new WebSocket(ending.url.replace('http', 'ws'));
  const ready = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const { op } = JSON.parse(String(data)) as { readonly op: number };
      if (op === 10) socket.send(JSON.stringify({ op: 2, d: { token, intents: directMessages } }));
      else if (op === 0) resolve();
    });
  });
  await ready;
  const closed = once(socket, 'close') as Promise<[number]>;
  await ending.close();
  expect((await closed)[0]).toBe(1006);
});

test('a client that lost its connection gets what it missed', async () => {
  const heard = await logIn(directMessages);
  discord.cut();
  discord.inject({ from: friend, text: 'while you were away' });
  await until(() => heard.length === 1);
  expect(heard[0]?.content).toBe('while you were away');
});

test.each([
  ['a wrong token', 'MTAw.Gabcde.wrong', { status: 401 }],
  ['an unknown channel', token, { code: 10_003 }],
])('the official client understands the refusal of %s', async (_what, secret, error) => {
  await expect(rest(secret).get('/channels/1')).rejects.toMatchObject(error);
});

test('a text above the limit is refused, a rate limit is waited for', async () => {
  const { id } = discord.direct(friend);
  const post = (content: string, retries = 0): Promise<unknown> =>
    rest()
      .setToken(token)
      .post(`/channels/${id}/messages`, { body: { content }, ...{ retries } });
  await expect(post('x'.repeat(2001))).rejects.toMatchObject({ code: 50_035 });
  discord.failures.add({ method: `POST /channels/${id}/messages`, status: 429, retryAfter: 0.1 });
  await post('after the limit');
  expect(discord.posted.list({ text: 'after the limit' })).toHaveLength(1);
});
