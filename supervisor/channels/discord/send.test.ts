import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeDiscord, startDiscord } from '../../../test/fakes/discord/server.ts';
import { type Address, type OutgoingPart, SendFailed, type SendFailure } from '../adapter.ts';
import { deadAddress } from '../testing.ts';
import { createFetchFile } from './fetch-file.ts';
import { openRest } from './rest.ts';
import { createSend } from './send.ts';
import { friend, guild, hall, never, token } from './testing.ts';

let discord: FakeDiscord;
let chat: string;
let send: ReturnType<typeof createSend>;

beforeEach(async () => {
  discord = await startDiscord();
  discord.addBot({ token, guilds: [guild] });
  chat = discord.direct(friend).id;
  send = createSend(openRest(discord.api, token));
});
afterEach(() => discord.close());

const text = (content: string): OutgoingPart => ({ kind: 'text', text: content, plain: content });
const file = (size: number): OutgoingPart => ({
  kind: 'file',
  name: 'a "b".bin',
  mediaType: 'application/pdf',
  data: Buffer.alloc(size, 'x'),
});
const say = (part = text('hi'), to: Address = { chat }, key = 'turn-1:0', signal = never) =>
  send(to, part, key, signal);
const post = () => `POST /channels/${chat}/messages`;

async function failure(promise: Promise<void>): Promise<SendFailure & { message: string }> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SendFailed)) throw new Error(`no failure of sending: ${String(error)}`);
  return { ...error.failure, message: error.message };
}

test('texts and files arrive', async () => {
  await say(text('hi **you**'));
  await say(file(10_000), { chat }, 'turn-1:1');
  expect(discord.posted.list()).toMatchObject([
    { user: friend, text: 'hi **you**' },
    { files: [{ name: 'a "b".bin', type: 'application/pdf', size: 10_000 }] },
  ]);
});

test('nobody is called, whatever a text says', async () => {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(JSON.parse(body));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await createSend(openRest(`http://127.0.0.1:${port}/api/v10`, token))(
    { chat },
    text('@everyone'),
    'k',
    never,
  );
  server.close();
  expect(bodies).toMatchObject([{ content: '@everyone', allowed_mentions: { parse: [] } }]);
});

test('a part that is sent again with the same key is seen once', async () => {
  discord.failures.add({ method: post(), lost: true });
  expect(await failure(say())).toMatchObject({ outcome: 'later', uncertain: true });
  await say();
  expect(discord.posted.list()).toHaveLength(1);
  await say(text('another'), { chat }, 'turn-2:0');
  expect(discord.posted.list()).toHaveLength(2);
});

test('in a server the first part points at the message that it answers, also after a try that failed', async () => {
  const { id } = discord.inject({ from: friend, guild, channel: hall, text: 'hi' });
  const to = { chat: hall, message: id };
  discord.failures.add({ method: `POST /channels/${hall}/messages`, status: 503 });
  expect(await failure(say(text('one'), to))).toMatchObject({ outcome: 'later', uncertain: true });
  await say(text('one'), to);
  await say(text('two'), to, 'turn-1:1');
  expect(discord.posted.list().map(({ thread }) => thread)).toEqual([id, undefined]);
});

test('a message that was deleted, and a history that may not be read, hold up no answer', async () => {
  discord.inject({ from: friend, guild, channel: hall, text: 'hi' });
  await say(text('one'), { chat: hall, message: '1' });
  discord.failures.add({ method: `POST /channels/${hall}/messages`, status: 400, code: 160_002 });
  await say(text('two'), { chat: hall, message: '2' }, 'turn-1:1');
  expect(discord.posted.list().map(({ text: shown }) => shown)).toEqual(['one', 'two']);
});

test.each([
  ['the person has blocked the bot', 403, 50_007, 'gone'],
  ['the bot may not write there', 403, 50_013, 'gone'],
  ['the channel was deleted', 404, 10_003, 'gone'],
  ['the form is wrong', 400, 50_035, 'refused'],
  ['the file is too large', 413, 40_005, 'refused'],
  ['the token is refused', 401, 0, 'later'],
])('%s: %i is told apart', async (_what, status, code, outcome) => {
  discord.failures.add({ method: post(), status, code });
  expect(await failure(say())).toMatchObject({ outcome, uncertain: false });
  // A refused token must not be forgotten by the library.
  await say();
});

test('a short rate limit is waited for, a long one of either kind is told', async () => {
  discord.failures.add({ method: post(), status: 429, retryAfter: 0.2 });
  await say();
  for (const global of [false, true]) {
    discord.failures.add({ method: post(), status: 429, retryAfter: 20, global });
    const failed = await failure(createSend(openRest(discord.api, token))({ chat }, text('hi'), 'k', never));
    expect(failed).toMatchObject({ outcome: 'later', uncertain: false });
    expect(failed.retryAfter).toBeGreaterThan(19_000);
  }
});

test('a platform that is not there was surely sent nothing; one that hangs is left when the caller says so', async () => {
  const gone = createSend(openRest(`${await deadAddress()}/api/v10`, token));
  expect(await failure(gone({ chat }, text('hi'), 'k', never))).toMatchObject({
    outcome: 'later',
    uncertain: false,
  });
  discord.failures.add({ method: post(), hang: true });
  const begun = performance.now();
  expect(await failure(say(text('hi'), { chat }, 'k', AbortSignal.timeout(100)))).toMatchObject({
    uncertain: true,
  });
  expect(performance.now() - begun).toBeLessThan(3000);
});

test('no failure tells the token or the text', async () => {
  const failed = await failure(say(text(`secret ${'x'.repeat(3000)}`)));
  expect(failed.outcome).toBe('refused');
  expect(failed.message).not.toMatch(/secret|xxx/);
  discord.failures.add({ method: post(), status: 500 });
  expect((await failure(say())).message).not.toContain(token);
});

test('files are fetched from Discord alone, without the token, and not beyond the limit', async () => {
  const fetchFile = createFetchFile(discord.api);
  const seen: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('stolen');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  discord.addBot({ token, guilds: [guild] });
  const { id, channel } = discord.inject({
    from: friend,
    text: '',
    files: [{ name: 'a.txt', type: 'text/plain', data: Buffer.from('twelve bytes') }],
  });
  const message = (await openRest(discord.api, token).ask('GET', `/channels/${channel}/messages/${id}`)) as {
    attachments: { url: string }[];
  };
  const ref = message.attachments[0]?.url ?? '';
  const get = (url: string, limit = 100) => fetchFile({ ref: url, name: 'a.txt' }, limit, never);
  expect((await get(ref)).toString()).toBe('twelve bytes');
  await expect(get(ref, 11)).rejects.toThrow('larger than 11 bytes');
  await expect(get(ref.replace(/\d+\/a\.txt/, '1/a.txt'))).rejects.toThrow('Discord answers 404');
  const { port } = elsewhere.address() as AddressInfo;
  await expect(get(`http://127.0.0.1:${port}/a`)).rejects.toThrow(`not at Discord but at 127.0.0.1:${port}`);
  expect(seen).toEqual([]);
  elsewhere.close();
});
