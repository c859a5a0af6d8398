import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeSlack, startSlack } from './server.ts';

const botToken = 'xoxb-1-good';
const appToken = 'xapp-1-good';
const friend = 'U012AB3CD';
const general = 'C0GENERAL';
let slack: FakeSlack;

beforeEach(async () => {
  slack = await startSlack();
  slack.addApp({ botToken, appToken });
});
afterEach(() => slack.close());

const web = (token = botToken, more: { rejectRateLimitedCalls?: boolean } = {}): WebClient =>
  new WebClient(token, {
    slackApiUrl: `${slack.api}/`,
    logLevel: LogLevel.ERROR,
    // A rate limit counts as a try.
    retryConfig: { retries: 1, minTimeout: 10, maxTimeout: 10 },
    ...more,
  });

describe('a file', () => {
  test('of a person is given to the bot’s token, and to nobody else', async () => {
    const { url } = await web(appToken).apps.connections.open();
    const socket = new WebSocket(String(url));
    const events: { payload?: { event: { subtype: string; files: Record<string, string>[] } } }[] = [];
    socket.on('message', (data) => events.push(JSON.parse(String(data))));
    await expect.poll(() => events.length).toBe(1);
    const files = [{ name: 'cat.png', type: 'image/png', data: Buffer.from('pixels') }];
    slack.inject({ from: friend, text: 'look', files });
    await expect.poll(() => events.length).toBe(2);
    const event = events[1]?.payload?.event;
    expect(event).toMatchObject({
      subtype: 'file_share',
      files: [{ name: 'cat.png', mimetype: 'image/png', size: 6 }],
    });
    const address = event?.files[0]?.['url_private_download'] ?? '';
    const authorization = `Bearer ${botToken}`;
    expect(await (await fetch(address, { headers: { authorization } })).text()).toBe('pixels');
    const refused = await fetch(address);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  test('that the official client uploads is posted with its bytes', async () => {
    const channel = slack.directWith(friend);
    const data = Buffer.from([0, 13, 10, 255]);
    await web().filesUploadV2({
      channel_id: channel,
      thread_ts: '1.2',
      initial_comment: 'here',
      file: data,
      filename: 'a.bin',
    });
    expect(slack.posted.list()).toMatchObject([
      { text: 'here', user: friend, thread: '1.2', files: [{ name: 'a.bin', size: 4, data }] },
    ]);
  });

  test('that was not sent before the upload is completed is not there', async () => {
    const { file_id: id = '' } = await web().files.getUploadURLExternal({ filename: 'a', length: 3 });
    await expect(
      web().files.completeUploadExternal({ files: [{ id }], channel_id: general }),
    ).rejects.toMatchObject({ data: { error: 'file_not_found' } });
  });
});

test('a text above 40,000 characters is cut off', async () => {
  await web().chat.postMessage({ channel: general, text: 'x'.repeat(40_001) });
  expect(slack.posted.list()[0]?.text).toHaveLength(40_000);
});

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn' as const, text } });

test.each([
  ['more than 50 blocks', Array.from({ length: 51 }, () => section('x')), 'invalid_blocks'],
  ['a section above 3000 characters', [section('x'.repeat(3001))], 'invalid_blocks'],
  [
    'Markdown above 12,000 characters',
    Array.from({ length: 2 }, () => ({ type: 'markdown', text: 'x'.repeat(6001) })),
    'msg_blocks_too_long',
  ],
])('%s are refused', async (_what, blocks, error) => {
  await expect(web().chat.postMessage({ channel: general, text: 'x', blocks })).rejects.toMatchObject({
    data: { error },
  });
});

test('a channel that is none is refused', async () => {
  await expect(web().chat.postMessage({ channel: '#nowhere', text: 'x' })).rejects.toMatchObject({
    data: { error: 'channel_not_found' },
  });
});

test('the official client reads how long a rate limit lasts, and waits as long', async () => {
  slack.failures.add({ method: 'chat.postMessage', status: 429, retryAfter: 7 });
  await expect(
    web(botToken, { rejectRateLimitedCalls: true }).chat.postMessage({ channel: general, text: 'x' }),
  ).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 7 });
  slack.failures.add({ method: 'chat.*', status: 429, retryAfter: 1 });
  const started = performance.now();
  await web().chat.postMessage({ channel: general, text: 'x' });
  expect(performance.now() - started).toBeGreaterThan(990);
});

test('a message whose answer is lost was posted all the same, and again when it is tried again', async () => {
  slack.failures.add({ method: 'chat.postMessage', lost: true, times: 2 });
  await expect(web().chat.postMessage({ channel: general, text: 'did it?' })).rejects.toThrow();
  expect(slack.posted.list({ text: 'did it?' })).toHaveLength(2);
});

test('who a person is, and who the bot is itself, can be asked', async () => {
  expect(await web().users.info({ user: friend })).toMatchObject({ user: { id: friend, is_bot: false } });
  const { user_id = '' } = await web().auth.test();
  expect(await web().users.info({ user: user_id })).toMatchObject({ user: { is_bot: true } });
});
