import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MessageEvent, toIncoming } from './incoming.ts';
import { friend, openStage, type Stage } from './testing.ts';
import { toPlain } from './text.ts';

let stage: Stage;
let slack: Stage['slack'];
let host: Stage['host'];
let start: Stage['start'];
const hall = 'C0HALL0001';

beforeEach(async () => {
  stage = await openStage();
  ({ slack, host, start } = stage);
});
afterEach(() => stage.close());

const up = () => host.reached({ kind: 'up' });
const mention = () => `<@${stage.app.user}>`;

test('a direct message is taken with its sender’s name, and answered flat in the same chat', async () => {
  start();
  await up();
  const { channel, ts } = slack.inject({ from: friend, text: 'hello &lt;there&gt;' });
  await host.texts(1);
  expect(host.got[0]).toEqual({
    id: `${channel}:${ts}`,
    to: { chat: channel, message: ts },
    sender: { id: friend, name: 'user_b3cd' },
    direct: true,
    mentioned: false,
    text: 'hello <there>',
    files: [],
  });
});

test('an event in which there is nothing where a text belongs takes none of those behind it along', async () => {
  start();
  await up();
  const { channel } = slack.inject({ from: friend, text: 'one' });
  slack.injectEvent({ type: 'message', user: friend, text: null, channel, channel_type: 'im', ts: '9.1' });
  slack.injectEvent({ type: 'message', user: friend, text: 1, channel, channel_type: 'im', ts: '9.2' });
  slack.inject({ from: friend, text: 'two' });
  expect(await host.texts(2)).toEqual(['one', 'two']);
});

test('a direct message in a thread is answered there', async () => {
  start();
  await up();
  const { ts } = slack.inject({ from: friend, text: 'one' });
  slack.inject({ from: friend, text: 'two', thread: ts });
  await host.texts(2);
  expect(host.got.map(({ to }) => to.thread)).toEqual([undefined, ts]);
});

test('a mention in a channel comes as two events, is taken once, and is answered in its thread', async () => {
  start();
  await up();
  const { ts } = slack.inject({ from: friend, channel: hall, text: `${mention()} hello` });
  slack.inject({ from: friend, channel: hall, text: `${mention()} and?`, thread: ts });
  expect(await host.texts(2)).toEqual(['hello', 'and?']);
  await expect.poll(() => slack.deliveries.filter(({ acknowledged }) => acknowledged)).toHaveLength(4);
  expect(host.got).toHaveLength(2);
  expect(host.got.map(({ to, mentioned, direct }) => [to.chat, to.thread, mentioned, direct])).toEqual([
    [hall, ts, true, false],
    [hall, ts, true, false],
  ]);
});

test('an answer in a thread that the bot began means the bot, other talk in channels does not', async () => {
  const channel = start();
  await up();
  const part = { kind: 'text', text: 'Good morning', plain: 'Good morning' } as const;
  await channel.send({ chat: hall }, part, 'k', new AbortController().signal);
  const [posted] = slack.posted.list();
  slack.inject({ from: friend, channel: hall, text: 'and to you', thread: posted?.id ?? '' });
  slack.inject({ from: friend, channel: hall, text: 'anybody here?' });
  expect(await host.texts(2)).toEqual(['and to you', 'anybody here?']);
  expect(host.got.map(({ mentioned }) => mentioned)).toEqual([true, false]);
});

test('bots, edits, reactions, its own messages and other events are left out, and acknowledged', async () => {
  const channel = start();
  await up();
  slack.inject({ from: 'other', bot: true, text: 'beep' });
  const { channel: chat, ts } = slack.inject({ from: friend, text: 'helo' });
  slack.edit({ channel: chat, ts, text: 'hello' });
  slack.react({ from: friend, channel: chat, ts, emoji: 'wave' });
  slack.injectEvent({ type: 'member_joined_channel', user: friend, channel: hall, event_ts: '1.1' });
  await channel.send(
    { chat },
    { kind: 'text', text: 'own', plain: 'own' },
    'k',
    new AbortController().signal,
  );
  slack.inject({ from: friend, text: 'last' });
  expect(await host.texts(2)).toEqual(['helo', 'last']);
  await expect.poll(() => slack.deliveries.every(({ acknowledged }) => acknowledged)).toBe(true);
});

test('people whose names cannot be asked for are called by their ids, and hold nothing up', async () => {
  slack.failures.add({ method: 'users.info', hang: true, times: 'always' });
  start();
  await up();
  const begun = performance.now();
  slack.inject({ from: friend, text: `ask <@U0OTHER01>` });
  expect(await host.texts(1)).toEqual(['ask @U0OTHER01']);
  expect(host.got[0]?.sender).toEqual({ id: friend, name: friend });
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('what is written while no process is there is asked for by the next one, in order and before what is new', async () => {
  const first = start();
  await up();
  slack.inject({ from: friend, text: 'one' });
  slack.inject({ from: friend, channel: hall, text: `${mention()} in the hall` });
  while (host.got.length < 2) await new Promise(setImmediate);
  await first.release();
  expect(slack.deliveries.filter(({ type }) => type === 'message').map((one) => one.acknowledged)).toEqual([
    true,
    true,
  ]);
  await expect.poll(() => slack.connections.size).toBe(0);
  for (const text of ['two', 'three']) slack.inject({ from: friend, text });
  slack.inject({ from: friend, channel: hall, text: `${mention()} still there?` });
  // Slack has given them up.
  await sleep(300);
  start();
  await host.reached({ kind: 'up' });
  slack.inject({ from: friend, text: 'four' });
  const texts = await host.texts(6);
  expect(texts.filter((text) => /two|three|four/.test(text))).toEqual(['two', 'three', 'four']);
  expect(texts).toContain('still there?');
});

test('names are asked for once', async () => {
  start();
  await up();
  for (const text of ['one', 'two', '<@U0OTHER01>']) slack.inject({ from: friend, text });
  expect(await host.texts(3)).toEqual(['one', 'two', '@user_er01']);
  expect(slack.calls.filter((name) => name === 'users.info')).toHaveLength(2);
});

describe('a text of Slack', () => {
  test.each([
    ['its mention', '<@U0BOT> hi', 'hi'],
    ['its mention with a name', 'hi <@U0BOT|agent>', 'hi'],
    ['a person', 'ask <@U1|ada> or <@U2> or <@U3>', 'ask @ada or @Bob B. or @U3'],
    ['a channel', 'see <#C1|general> and <#C2>', 'see #general and #C2'],
    ['everybody', '<!here> and <!subteam^S1|@ops> and <!channel>', '@here and @ops and @channel'],
    ['a date', 'at <!date^1392734382^{date}|Feb 18>', 'at Feb 18'],
    ['a link', '<https://a.example/b?c=1&amp;d=2>', 'https://a.example/b?c=1&d=2'],
    ['a link made of a word', '<http://a.example|a.example>', 'a.example'],
    ['a link with words', 'see <https://a.example/b|the page>', 'see the page (https://a.example/b)'],
    ['an address', '<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['what was escaped', '1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;', '1 < 2 && 3 > 2, &lt;'],
    ['half a character', 'a\ud83d', 'a\ud83d'],
    ['brackets of nobody', '<> < >', '<> < >'],
  ])('with %s is read so', (_what, written, read) => {
    expect(toPlain(written, 'U0BOT', new Map([['U2', 'Bob B.']]))).toBe(read);
  });

  test('of a megabyte is read in no time', () => {
    const begun = performance.now();
    for (const part of ['<@U', '<', '<a|', '&lt'])
      toPlain(part.repeat(1_000_000 / part.length), 'U0BOT', new Map());
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});

describe('of a message', () => {
  const event = (more: Partial<MessageEvent>): MessageEvent => ({
    type: 'message',
    user: friend,
    text: 'x',
    ts: '1.2',
    channel: 'D1',
    channel_type: 'im',
    ...more,
  });
  const read = (more: Partial<MessageEvent>) => toIncoming(event(more), 'U0BOT', new Map());

  test.each([
    ...['message_changed', 'message_deleted', 'bot_message', 'channel_join', 'me_message'].map((subtype) => ({
      subtype,
    })),
    { bot_id: 'B1' },
    { user: 'U0BOT' },
    { text: '<@U0BOT>' },
    { type: 'reaction_added' },
  ])('%j is left out', (more) => {
    expect(read(more)).toBeUndefined();
  });

  test('files are taken, but those that cannot be fetched', () => {
    const file = { name: 'a.png', mimetype: 'image/png', size: 3, url_private: 'https://files.slack.com/a' };
    const files = [
      file,
      { ...file, mode: 'external' },
      { ...file, mode: 'tombstone' },
      { mode: 'hidden_by_limit' },
    ];
    expect(read({ subtype: 'file_share', text: '', files })?.files).toEqual([
      { ref: 'https://files.slack.com/a', name: 'a.png', mediaType: 'image/png', size: 3 },
    ]);
  });

  test('a conversation of several people is a group', () => {
    expect(read({ channel: 'G1', channel_type: 'mpim' })).toMatchObject({
      direct: false,
      mentioned: false,
      to: { thread: '1.2' },
    });
    expect(read({ subtype: 'thread_broadcast', channel_type: 'channel', thread_ts: '1.1' })?.to.thread).toBe(
      '1.1',
    );
  });
});
