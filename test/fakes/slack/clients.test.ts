import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeSlack, startSlack } from './server.ts';
import type { App } from './slack.ts';

const botToken = 'xoxb-1-good';
const appToken = 'xapp-1-good';
const friend = 'U012AB3CD';
let slack: FakeSlack;
let app: App;
let client: SocketModeClient | undefined;

beforeEach(async () => {
  slack = await startSlack();
  app = slack.addApp({ botToken, appToken, name: 'den_bot' });
});
afterEach(async () => {
  await client?.disconnect();
  client = undefined;
  await slack.close();
});

const web = (token = botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: `${slack.api}/`,
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 1, minTimeout: 10, maxTimeout: 10 },
  });

interface Heard {
  readonly event: { readonly text: string; readonly user: string; readonly channel: string };
}

/** Connects with the official Socket Mode client; the messages that it hears. */
async function connect(): Promise<Heard[]> {
  const heard: Heard[] = [];
  client = new SocketModeClient({
    appToken,
    logLevel: LogLevel.ERROR,
    // It waits as long before it connects again.
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: `${slack.api}/` },
  });
  client.on('message', async ({ ack, event }: Heard & { ack: () => Promise<void> }) => {
    await ack();
    heard.push({ event });
  });
  await client.start();
  return heard;
}

const until = async (what: () => boolean): Promise<void> => {
  await expect.poll(what, { timeout: 5_000, interval: 10 }).toBe(true);
};

test('a message of a person reaches the official client, its answer is seen by the test', async () => {
  const heard = await connect();
  const { channel, ts } = slack.inject({ from: friend, text: 'hello' });
  await until(() => heard.length === 1);
  expect(heard[0]?.event).toMatchObject({ text: 'hello', user: friend, channel });
  const posted = await web().chat.postMessage({ channel, text: 'hi', thread_ts: ts });
  await web().chat.update({ channel, ts: posted.ts ?? '', text: 'hi there' });
  expect(await slack.posted.next({ user: friend })).toMatchObject({ text: 'hi there', thread: ts });
  await web().chat.delete({ channel, ts: posted.ts ?? '' });
  expect(slack.posted.list()).toEqual([]);
});

test('what the client acknowledges is no longer open', async () => {
  const heard = await connect();
  slack.inject({ from: friend, text: 'one' });
  await until(() => heard.length === 1);
  await until(() => [...slack.connections].every(({ open }) => open.size === 0));
});

test('a mention in a channel comes as a message and as a mention', async () => {
  await connect();
  const mentions: string[] = [];
  client?.on('app_mention', ({ event }: Heard) => mentions.push(event.text));
  slack.inject({ from: friend, channel: 'C0FAKE', text: `<@${app.user}> hello` });
  await until(() => mentions.length === 1);
});

test('a client that is asked to reconnect does, and hears on', async () => {
  const heard = await connect();
  const [old] = slack.connections;
  old?.close();
  await until(() => slack.connections.size === 1 && old !== undefined && !slack.connections.has(old));
  slack.inject({ from: friend, text: 'again' });
  await until(() => heard.length === 1);
});

test.each([
  ['a wrong token', 'xoxb-1-wrong', 'invalid_auth'],
  ['a token of the other kind', appToken, 'not_allowed_token_type'],
])('the official client understands the refusal of %s', async (_what, token, error) => {
  await expect(web(token).auth.test()).rejects.toMatchObject({ data: { error } });
});

test('a missing scope is told by name, a server’s failure is tried again', async () => {
  await expect(web().reactions.list()).rejects.toMatchObject({ data: { error: 'unknown_method' } });
  slack.apps.length = 0;
  slack.addApp({ botToken, appToken, scopes: ['im:history'] });
  await expect(web().chat.postMessage({ channel: 'D1', text: 'x' })).rejects.toMatchObject({
    data: { error: 'missing_scope' },
  });
  slack.failures.add({ method: 'auth.test', status: 500 });
  expect(await web().auth.test()).toMatchObject({ ok: true });
});
