import { REST } from '@discordjs/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeDiscord, startDiscord } from './server.ts';

const token = 'MTAw.Gabcde.good';
const friend = '80351110224678912';
let discord: FakeDiscord;
let channel: string;
let rest: REST;

beforeEach(async () => {
  discord = await startDiscord();
  discord.addBot({ token, username: 'den_bot' });
  channel = discord.direct(friend).id;
  rest = new REST({ api: `${discord.url}/api`, version: '10', retries: 0 }).setToken(token);
});
afterEach(() => discord.close());

const post = (body: object, files: { name: string; data: Buffer; contentType?: string }[] = []) =>
  rest.post(`/channels/${channel}/messages`, { body, files }) as Promise<Record<string, unknown>>;

test('files of a message are there with their bytes, and can be fetched back', async () => {
  const data = Buffer.from([0, 13, 10, 255]);
  const files = [
    { name: 'a.bin', data },
    { name: 'b.txt', data: Buffer.from('text'), contentType: 'text/plain' },
  ];
  const message = await post({ content: 'two' }, files);
  expect(discord.posted.list()).toMatchObject([
    {
      text: 'two',
      files: [
        { name: 'a.bin', size: 4, data },
        { name: 'b.txt', type: 'text/plain' },
      ],
    },
  ]);
  const [, second] = message['attachments'] as { url: string }[];
  expect(await (await fetch(second?.url ?? '')).text()).toBe('text');
});

test('a nonce that is enforced posts once, another posts again', async () => {
  const first = await post({ content: 'once', nonce: 'n1', enforce_nonce: true });
  const again = await post({ content: 'once', nonce: 'n1', enforce_nonce: true });
  await post({ content: 'twice', nonce: 'n2' });
  await post({ content: 'twice', nonce: 'n2' });
  expect(again['id']).toBe(first['id']);
  expect(discord.posted.list().map(({ text }) => text)).toEqual(['once', 'twice', 'twice']);
});

test('a message whose answer is lost was posted all the same', async () => {
  discord.failures.add({ method: 'POST /channels/*/messages', lost: true });
  await expect(post({ content: 'did it arrive?' })).rejects.toThrow();
  expect(discord.posted.list({ text: 'did it arrive?' })).toHaveLength(1);
});

test.each([
  ['an empty message', { content: '' }, { status: 400, code: 50_006 }],
  ['a text above 2000 characters', { content: 'x'.repeat(2001) }, { status: 400, code: 50_035 }],
  ['a nonce above 25 characters', { content: 'x', nonce: 'n'.repeat(26) }, { status: 400, code: 50_035 }],
  ['an answer to nothing', { content: 'x', message_reference: { message_id: '1' } }, { code: 50_035 }],
])('the official client understands the refusal of %s', async (_what, body, error) => {
  await expect(post(body)).rejects.toMatchObject(error);
});

test('a person who takes no messages of bots is told apart', async () => {
  discord.block(friend);
  await expect(post({ content: 'x' })).rejects.toMatchObject({ status: 403, code: 50_007 });
  discord.block(friend, false);
  expect(await post({ content: 'x' })).toMatchObject({ content: 'x' });
});

test('more bytes than a server takes are refused', async () => {
  const large = [{ name: 'large', data: Buffer.alloc(10 * 1024 * 1024 + 1) }];
  await expect(post({ content: '' }, large)).rejects.toMatchObject({ status: 413 });
});

test.each([false, true])('the official client waits for a rate limit (global: %s)', async (global) => {
  discord.failures.add({ method: 'POST /channels/*/messages', status: 429, retryAfter: 0.2, global });
  const started = performance.now();
  expect(await post({ content: 'patience' })).toMatchObject({ content: 'patience' });
  expect(performance.now() - started).toBeGreaterThan(190);
  expect(discord.calls).toHaveLength(2);
});

test('where a bot shows that it writes is on record', async () => {
  await rest.post(`/channels/${channel}/typing`);
  expect(discord.typing).toMatchObject([{ channel }]);
});

test('a message in a server that the bot was not invited to is refused', async () => {
  const { channel: other } = discord.inject({ from: friend, guild: '5', channel: '6', text: 'x' });
  await expect(rest.post(`/channels/${other}/messages`, { body: { content: 'x' } })).rejects.toMatchObject({
    status: 403,
    code: 50_001,
  });
});
