import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeSlack, startSlack } from './server.ts';
import type { App } from './slack.ts';

const botToken = 'xoxb-1-good';
const appToken = 'xapp-1-good';
const friend = 'U012AB3CD';
const general = 'C0GENERAL';
let slack: FakeSlack;
let app: App;
let clients: SocketModeClient[];

beforeEach(async () => {
  slack = await startSlack({ ackWithin: 150, retryAfter: [0, 100, 100] });
  app = slack.addApp({ botToken, appToken, name: 'den_bot' });
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.disconnect()));
  await slack.close();
});

interface Event extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly ts: string;
}

interface Heard {
  readonly event: Event;
  readonly retry: number;
  readonly reason: string;
}

/** Connects with the official client, which acknowledges only while `acks` says so. */
async function connect(acks: (heard: readonly Heard[]) => boolean = () => true): Promise<Heard[]> {
  const heard: Heard[] = [];
  const client = new SocketModeClient({
    appToken,
    logLevel: LogLevel.ERROR,
    // It waits as long before it connects again.
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: `${slack.api}/` },
  });
  clients.push(client);
  client.on('slack_event', async ({ ack, body, retry_num, retry_reason }) => {
    heard.push({ event: (body as { event: Event }).event, retry: retry_num, reason: retry_reason });
    if (acks(heard)) await ack();
  });
  await client.start();
  return heard;
}

const of = (heard: readonly Heard[], type: string): Event[] =>
  heard.map(({ event }) => event).filter((event) => event.type === type);

describe('an event', () => {
  test('that is not acknowledged comes again, marked, until it is', async () => {
    const heard = await connect((all) => all.length >= 3);
    slack.inject({ from: friend, text: 'hello?' });
    await expect
      .poll(() => slack.deliveries.map(({ acknowledged }) => acknowledged))
      .toEqual([false, false, true]);
    expect(heard.map(({ retry, reason }) => [retry, reason])).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
    ]);
    expect(new Set(slack.deliveries.map(({ event_id }) => event_id)).size).toBe(1);
  });

  test('that is never acknowledged is given up after three more tries', async () => {
    await connect(() => false);
    slack.inject({ from: friend, text: 'hello?' });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(slack.deliveries.map(({ retry_attempt }) => retry_attempt)).toEqual([0, 1, 2, 3]);
  });

  test('goes to one of several connections, and to each of them in turn', async () => {
    const both = [await connect(), await connect()] as const;
    slack.injectMany(Array.from({ length: 10 }, (_, n) => ({ from: friend, text: `${n}` })));
    await expect.poll(() => both.flat().length).toBe(10);
    expect(both.map((heard) => heard.length)).toEqual([5, 5]);
    expect(new Set(slack.deliveries.map(({ connection }) => connection)).size).toBe(2);
    expect(slack.connectionCount()).toEqual({ open: 2, max: 2 });
  });

  test('waits for a connection when there is none', async () => {
    slack.inject({ from: friend, text: 'early' });
    const heard = await connect();
    await expect.poll(() => of(heard, 'message')).toMatchObject([{ text: 'early' }]);
  });
});

test('a mention in a channel is told twice: the same channel and ts, two kinds', async () => {
  const heard = await connect();
  slack.inject({ from: friend, channel: general, text: `<@${app.user}> hello` });
  await expect.poll(() => heard.length).toBe(2);
  const [message, mention] = [of(heard, 'message')[0], of(heard, 'app_mention')[0]];
  expect(message).toMatchObject({ channel: general, channel_type: 'channel', ts: mention?.ts });
  expect(mention).not.toHaveProperty('channel_type');
});

test('threads, edits, reactions, bots and its own messages are each told as what they are', async () => {
  const heard = await connect();
  const { ts } = slack.inject({ from: friend, channel: general, text: 'helo' });
  slack.inject({ from: friend, channel: general, thread: ts, text: 'aside' });
  slack.edit({ channel: general, ts, text: 'hello' });
  slack.react({ from: friend, channel: general, ts, emoji: '+1' });
  slack.inject({ from: 'webhook', channel: general, bot: true, text: 'beep' });
  await new WebClient(botToken, { slackApiUrl: `${slack.api}/` }).chat.postMessage({
    channel: general,
    text: 'mine',
  });
  await expect.poll(() => heard.length).toBe(6);
  const [said, aside, changed, beep, mine] = of(heard, 'message');
  expect(aside).toMatchObject({ thread_ts: said?.ts, parent_user_id: friend });
  expect(changed).toMatchObject({
    subtype: 'message_changed',
    message: { ts, text: 'hello' },
    previous_message: { text: 'helo' },
  });
  expect(beep).toMatchObject({ subtype: 'bot_message', text: 'beep' });
  expect(beep).not.toHaveProperty('user');
  expect(mine).toMatchObject({ user: app.user, bot_id: app.botId, text: 'mine' });
  expect(of(heard, 'reaction_added')).toMatchObject([{ reaction: '+1', item: { ts }, item_user: friend }]);
});

describe('the official client', () => {
  test.each(['warning', 'refresh_requested', 'link_disabled'] as const)(
    'connects again after %s',
    async (reason) => {
      const heard = await connect();
      slack.disconnect(reason);
      const numbers = (): number[] => [...slack.connections].map(({ number }) => number);
      await expect.poll(numbers, { timeout: 5000 }).toEqual([2]);
      expect(slack.connectionCount()).toEqual({ open: 1, max: 1 });
      slack.inject({ from: friend, text: 'again' });
      await expect.poll(() => of(heard, 'message')).toMatchObject([{ text: 'again' }]);
    },
  );

  test('gets what came while its connection was broken', async () => {
    const heard = await connect();
    slack.cut();
    slack.inject({ from: friend, text: 'meanwhile' });
    await expect
      .poll(() => of(heard, 'message').at(-1), { timeout: 5000 })
      .toMatchObject({ text: 'meanwhile' });
  });

  test('is told how many connections there are, and an eleventh is turned away', async () => {
    const hello = async (): Promise<{ type: string; num_connections?: number; reason?: string }> => {
      const { url } = await new WebClient(appToken, { slackApiUrl: `${slack.api}/` }).apps.connections.open();
      const socket = new WebSocket(String(url));
      return new Promise((resolve) => {
        socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))));
      });
    };
    const first = [];
    for (let n = 1; n <= 11; n += 1) first.push(await hello());
    expect(first.map(({ num_connections }) => num_connections)).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      10,
      undefined,
    ]);
    expect(first.at(-1)).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(slack.connectionCount()).toEqual({ open: 10, max: 10 });
  });
});
