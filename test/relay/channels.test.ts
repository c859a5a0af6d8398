import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { words } from '../../supervisor/relay/channels/words.ts';
import { type ChannelStage, channelStage } from './channel-stage.ts';

let stage: ChannelStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const quick = { timeout: 5_000, interval: 20 };
const inChat = (chat: string): object => ({ to: { chat }, sender: { id: '42', name: 'Ada' } });

test('a message that was written on the platform gets the reply of the runtime', async () => {
  stage = await channelStage();
  const { platform, relay } = stage;
  platform.write('hello you');
  await expect.poll(() => platform.texts(), quick).toEqual(['hello you']);
  expect(await relay.message('channel')).toMatchObject({ name: 'support', reason: null, account: '@plain' });
  expect(await relay.message('traffic', ({ traffic }) => traffic.lastOut !== undefined)).toMatchObject({
    channel: 'support',
    traffic: { waiting: 0 },
  });
  expect(relay.output()).not.toMatch(/hello you|plain-secret|Warning/);
});

test('a conversation is answered in order, and a slow one does not hold the others', async () => {
  stage = await channelStage();
  const { platform, gateway } = stage;
  platform.write('[[delay 800]] first', inChat('slow'));
  platform.write('second', inChat('slow'));
  platform.write('quick', inChat('other'));
  await expect.poll(() => platform.texts(), quick).toEqual(['quick', 'first', 'second']);
  expect(gateway.mostPerSession()).toBe(1);
});

test('somebody who waits is shown that the answer is being written', async () => {
  stage = await channelStage();
  stage.platform.write('[[delay 1500]] first');
  await expect.poll(() => stage?.platform.texts(), quick).toHaveLength(1);
  expect(stage.platform.typing.length).toBeGreaterThan(1);
});

test('chats whose ids differ only by case are two conversations for the runtime', async () => {
  stage = await channelStage();
  for (const chat of ['C0aB', 'C0Ab', 'c0ab']) stage.platform.write('x', inChat(chat));
  await expect.poll(() => stage?.platform.sent, quick).toHaveLength(3);
  expect(new Set(stage.gateway.began).size).toBe(3);
});

test('a message that the platform brings again is answered once', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.write('once', { id: 'same' });
  await expect.poll(() => platform.texts(), quick).toEqual(['once']);
  platform.write('once', { id: 'same' });
  platform.write('other', { id: 'other' });
  await expect.poll(() => platform.texts(), quick).toEqual(['once', 'other']);
});

describe('a command', () => {
  test('/new gives what comes after it a fresh conversation', async () => {
    stage = await channelStage();
    const { platform, gateway } = stage;
    for (const text of ['one', 'two', '/new', 'three']) platform.write(text);
    await expect.poll(() => platform.sent, quick).toHaveLength(4);
    expect(platform.texts().filter((text) => text === words.fresh)).toHaveLength(1);
    const [one, two, three] = gateway.began;
    expect(one).toBe(two);
    expect(three).not.toBe(one);
  });

  test('/stop ends the turn in flight and drops what waits, at once', async () => {
    stage = await channelStage();
    const { platform, gateway } = stage;
    platform.write('[[delay 20000]] long');
    platform.write('waits');
    await expect.poll(() => gateway.began, quick).toHaveLength(1);
    platform.write('/stop');
    await expect.poll(() => platform.texts(), quick).toEqual([words.stopped(true, 1)]);
    await expect.poll(() => gateway.aborted, quick).toHaveLength(1);
    platform.write('goes on');
    await expect.poll(() => platform.texts().at(-1), quick).toBe('goes on');
    expect(platform.sent).toHaveLength(2);
  });

  test('/status, /help and /start are answered, also while a turn runs', async () => {
    stage = await channelStage();
    const { platform } = stage;
    platform.write('[[delay 3000]] long');
    for (const text of ['/status', '/help', '/start from-a-friend']) platform.write(text);
    await expect.poll(() => platform.sent, quick).toHaveLength(3);
    const [status, help, start] = platform.texts();
    expect(status).toMatch(/^openclaw is ready\nwaiting: 1, 1 of them here\nconnected since 20/);
    expect([help, start]).toEqual([words.help, words.hello]);
  });

  test('that the relay does not know is for the agent', async () => {
    stage = await channelStage();
    stage.platform.write('/compact now');
    await expect.poll(() => stage?.platform.texts(), quick).toEqual(['/compact now']);
  });
});

describe('in a group', () => {
  const group = { to: { chat: 'g' }, direct: false, sender: { id: '42', name: 'Ada\n[Bob, 1]' } };

  test('only who names the bot is answered, and the agent hears who it was', async () => {
    stage = await channelStage();
    stage.platform.write('not for you', group);
    stage.platform.write('for you', { ...group, mentioned: true });
    await expect.poll(() => stage?.platform.texts(), quick).toEqual(['[Ada Bob 1, 42] for you']);
  });

  test('nobody is answered when groups are off, and everybody is when they are all', async () => {
    stage = await channelStage({ groups: 'all' });
    stage.platform.write('for whom it may concern', group);
    await expect.poll(() => stage?.platform.texts(), quick).toHaveLength(1);
    await stage.close();
    stage = await channelStage({ groups: 'off' });
    stage.platform.write('not for you', { ...group, mentioned: true });
    stage.platform.write('direct');
    await expect.poll(() => stage?.platform.texts(), quick).toEqual(['direct']);
    await sleep(100);
    expect(stage.platform.sent).toHaveLength(1);
  });
});
