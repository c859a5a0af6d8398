import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeSlack, startSlack } from '../../../test/fakes/slack/server.ts';
import { type Address, type OutgoingPart, SendFailed, type SendFailure } from '../adapter.ts';
import { deadAddress } from '../testing.ts';
import { createFetchFile } from './fetch-file.ts';
import { createSend } from './send.ts';
import { friend, never, secrets } from './testing.ts';
import { openWeb, type Trouble } from './web.ts';

let slack: FakeSlack;
let chat: string;
let refusals: Trouble[];
const token = secrets.bot_token;

beforeEach(async () => {
  slack = await startSlack();
  slack.addApp({ botToken: token, appToken: secrets.app_token });
  chat = slack.directWith(friend);
  refusals = [];
});
afterEach(() => slack.close());

const text = (content: string): OutgoingPart => ({ kind: 'text', text: content, plain: content });
const file = (data: string): OutgoingPart => ({
  kind: 'file',
  name: 'a "b".pdf',
  mediaType: 'application/pdf',
  data: Buffer.from(data),
});
const sender = (root = slack.api) => createSend(openWeb(root, token), (trouble) => refusals.push(trouble));
const say = (part = text('hi'), to: Address = { chat }, signal = never) => sender()(to, part, 'key', signal);

async function failure(promise: Promise<void>): Promise<SendFailure & { message: string }> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SendFailed)) throw new Error(`no failure of sending: ${String(error)}`);
  return { ...error.failure, message: error.message };
}

test('texts and files arrive where they belong', async () => {
  await say(text('hi *you* &lt;'));
  await say(text('in the thread'), { chat: 'C0HALL0001', thread: '1.1' });
  await say(file('content'), { chat: 'C0HALL0001', thread: '1.1' });
  expect(slack.posted.list()).toMatchObject([
    { user: friend, text: 'hi *you* &lt;' },
    { channel: 'C0HALL0001', thread: '1.1', text: 'in the thread' },
    { channel: 'C0HALL0001', thread: '1.1', files: [{ size: 7 }] },
  ]);
});

test.each([
  ['channel_not_found', 'gone'],
  ['is_archived', 'gone'],
  ['not_in_channel', 'gone'],
  ['msg_too_long', 'refused'],
  ['missing_scope', 'refused'],
  ['a_word_of_tomorrow', 'refused'],
  ['service_unavailable', 'later'],
  ['token_revoked', 'later'],
])('%s is told apart', async (error, outcome) => {
  slack.failures.add({ method: 'chat.postMessage', error });
  expect(await failure(say())).toMatchObject({
    outcome,
    uncertain: false,
    message: `Slack answers ${error}`,
  });
  expect(refusals.map(({ word }) => word)).toEqual([error]);
});

test('a rate limit is told at once with its time, and not waited for', async () => {
  slack.failures.add({ method: 'chat.postMessage', status: 429, retryAfter: 30 });
  const begun = performance.now();
  expect(await failure(say())).toMatchObject({ outcome: 'later', uncertain: false, retryAfter: 30_000 });
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(slack.calls).toHaveLength(1);
});

test('whether it may have arrived is told', async () => {
  slack.failures.add({ method: 'chat.postMessage', lost: true });
  expect(await failure(say())).toMatchObject({ outcome: 'later', uncertain: true });
  slack.failures.add({ method: 'chat.postMessage', status: 503 });
  expect(await failure(say())).toMatchObject({ outcome: 'later', uncertain: true });
  const gone = sender(`${await deadAddress()}/api`);
  expect(await failure(gone({ chat }, text('hi'), 'k', never))).toMatchObject({
    outcome: 'later',
    uncertain: false,
  });
});

test('one that hangs is left when the caller says so', async () => {
  slack.failures.add({ method: 'chat.postMessage', hang: true });
  const begun = performance.now();
  expect(await failure(say(text('hi'), { chat }, AbortSignal.timeout(100)))).toMatchObject({
    outcome: 'later',
    uncertain: true,
  });
  expect(performance.now() - begun).toBeLessThan(1000);
});

test('a page in Slack’s place is no word of Slack’s, and no failure tells token or text', async () => {
  const page = createServer((_request, response) => response.end(`<html>${token}</html>`));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const failed = await failure(
    sender(`http://127.0.0.1:${(page.address() as AddressInfo).port}/api`)(
      { chat },
      text('a secret'),
      'k',
      never,
    ),
  );
  page.close();
  expect(failed).toEqual({ outcome: 'later', uncertain: true, message: 'no sensible answer of Slack' });
});

test('files: a scope that is missing is named, an upload that fails is tried again, an empty one is refused', async () => {
  slack.apps.length = 0;
  slack.addApp({ botToken: token, appToken: secrets.app_token, scopes: ['chat:write'] });
  expect(await failure(say(file('x')))).toMatchObject({
    outcome: 'refused',
    message: expect.stringContaining('missing_scope'),
  });
  expect(await failure(say(file('')))).toMatchObject({ outcome: 'refused' });
});

test('files are fetched from Slack alone with the token, and not beyond the limit', async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('stolen');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { ts, channel } = slack.inject({
    from: friend,
    text: '',
    files: [{ name: 'a.txt', type: 'text/plain', data: Buffer.from('twelve bytes') }],
  });
  const event = slack.messages.get(`${channel} ${ts}`) as unknown as { files: { url_private: string }[] };
  const ref = (event.files[0]?.url_private ?? '').replace('http://slack.invalid', slack.url);
  const get = (url: string, limit = 100, secret = token) =>
    createFetchFile(slack.api, secret)({ ref: url, name: 'a.txt', mediaType: 'text/plain' }, limit, never);
  expect((await get(ref)).toString()).toBe('twelve bytes');
  await expect(get(ref, 11)).rejects.toThrow('larger than 11 bytes');
  await expect(get(ref, 100, 'xoxb-1-wrong')).rejects.toThrow('needs the scope files:read');
  const { port } = elsewhere.address() as AddressInfo;
  for (const url of [
    `http://127.0.0.1:${port}/a`,
    'https://evil-slack.com/a',
    'https://slack.com.evil.example/a',
    'http://files.slack.com/a',
  ])
    await expect(get(url)).rejects.toThrow('not at Slack but at');
  await expect(
    createFetchFile('https://slack.com/api', token)({ ref: 'http://slack.com/a', name: 'a' }, 100, never),
  ).rejects.toThrow('not at Slack but at');
  expect(seen).toEqual([]);
  elsewhere.close();
});
