import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startPlain } from '../fakes/plain/server.ts';
import { type ChannelStage, channelStage, plainChannel, restart } from './channel-stage.ts';
import { startRelay } from './relay-process.ts';

let stage: ChannelStage | undefined;
const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  await stage?.close();
  stage = undefined;
  for (const one of cleanup.splice(0)) await one();
});

const quick = { timeout: 8_000, interval: 20 };
const serve = { role: 'serve', allowFrom: ['42'] } as const;
const claim = { role: 'claim', allowFrom: [] } as const;
const watch = { role: 'watch', allowFrom: ['42'] } as const;

test('the owner claims a channel, is welcomed, and is answered over the same connection', async () => {
  stage = await channelStage({ access: claim });
  const { platform, relay } = stage;
  platform.write('hello?');
  platform.write('/start 7kq-m2x-9rt');
  expect(await relay.message('claim-tried')).toMatchObject({ channel: 'support', sender: { id: '42' } });
  relay.send({ kind: 'access', channel: 'support', access: serve, claimedBy: '42' });
  await expect.poll(() => platform.texts(), quick).toHaveLength(1);
  expect(platform.texts()[0]).toMatch(/^You are my owner now/);
  platform.write('hello!');
  await expect.poll(() => platform.texts().at(-1), quick).toBe('hello!');
  expect(platform.sent).toHaveLength(2);
  expect(platform.mostPolls()).toBe(1);
});

test('what the owner writes right behind the code is answered too', async () => {
  stage = await channelStage({ access: claim });
  const { platform, relay } = stage;
  platform.write('/start 7kq-m2x-9rt');
  platform.write('what can you do?');
  await relay.message('claim-tried');
  await sleep(100);
  relay.send({ kind: 'access', channel: 'support', access: serve, claimedBy: '42' });
  await expect.poll(() => platform.texts().at(-1), quick).toBe('what can you do?');
  expect(platform.sent).toHaveLength(2);
});

test('a channel that the runtime takes is let go of before that is said, and its messages stay where they are', async () => {
  stage = await channelStage({ access: claim });
  const { platform, relay } = stage;
  platform.write('/claim 7KQM2X9RT');
  await relay.message('claim-tried');
  relay.send({ kind: 'access', channel: 'support', access: watch, claimedBy: '42' });
  await relay.message('released');
  expect(platform.polls()).toBe(0);
  expect(platform.acknowledged.has('m1')).toBe(true);
  await expect.poll(() => platform.texts(), quick).toHaveLength(1);
  platform.write('for the runtime');
  await sleep(300);
  expect(platform.acknowledged.has('m2')).toBe(false);
  expect(platform.sent).toHaveLength(1);
});

test('who may no longer talk gets no answer to what still waits', async () => {
  stage = await channelStage({ access: { role: 'serve', allowFrom: ['42', '43'] } });
  const { platform, relay } = stage;
  relay.send({ kind: 'runtime', endpoint: null });
  platform.write('too late', { sender: { id: '43', name: 'Bob' }, to: { chat: '43' } });
  platform.write('in time');
  await expect.poll(() => platform.acknowledged.size, quick).toBe(2);
  relay.send({ kind: 'access', channel: 'support', access: serve });
  relay.send({ kind: 'runtime', endpoint: stage.gateway.endpoint });
  await expect.poll(() => platform.texts(), quick).toEqual(['in time']);
  await sleep(200);
  expect(stage.gateway.began).toHaveLength(1);
});

test('without a served channel nothing is kept on the disk', async () => {
  const platform = await startPlain();
  cleanup.push(platform.close);
  const relay = await startRelay({ setup: { channels: [plainChannel(platform.url, { access: watch })] } });
  cleanup.push(relay.stop);
  await sleep(300);
  expect(existsSync(relay.setup.state)).toBe(false);
  expect(platform.mostPolls()).toBe(0);
});

test('a drain sends the reply to what is in flight, and leaves what waits for the next start', async () => {
  stage = await channelStage();
  const { platform, relay, gateway } = stage;
  platform.write('[[delay 700]] in flight');
  platform.write('waits');
  await expect.poll(() => gateway.began, quick).toHaveLength(1);
  relay.send({ kind: 'drain' });
  await relay.message('drained');
  expect(platform.texts()).toEqual(['in flight']);
  expect(platform.polls()).toBe(0);
  platform.write('comes while nobody is there');
  await restart(stage);
  await expect
    .poll(() => platform.texts(), quick)
    .toEqual(['in flight', 'waits', 'comes while nobody is there']);
});

test('the platform’s silence does not hold up the end: the reply stays for the next start', async () => {
  stage = await channelStage();
  const { platform, relay } = stage;
  platform.answers.push({ status: 503 }, { status: 503 }, { status: 503 }, { status: 503 });
  platform.write('one');
  platform.write('two');
  await expect.poll(() => platform.answers.length, quick).toBeLessThan(4);
  const began = performance.now();
  relay.send({ kind: 'drain' });
  await relay.message('drained');
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(platform.sent).toHaveLength(0);
  platform.answers.length = 0;
  await restart(stage);
  await expect.poll(() => platform.texts(), quick).toEqual(['one', 'two']);
});

test('a channel type that this image has no adapter for is down, and says so', async () => {
  stage = await channelStage({ type: 'no-such-type' });
  expect(await stage.relay.message('channel')).toMatchObject({ name: 'support', reason: 'down' });
  await expect
    .poll(() => stage?.relay.output(), quick)
    .toMatch(/"level":"error".*a channel cannot be served/);
  expect(stage.relay.child.exitCode).toBe(null);
});

test('says that it let go after every order to, also when the next order is there already', async () => {
  stage = await channelStage({ access: claim });
  const { platform, relay } = stage;
  await expect.poll(() => platform.polls(), quick).toBe(1);
  for (const access of [watch, claim, watch, claim])
    relay.send({ kind: 'access', channel: 'support', access });
  await expect.poll(() => relay.received.filter(({ kind }) => kind === 'released').length, quick).toBe(2);
  await expect.poll(() => platform.polls(), quick).toBe(1);
  expect(platform.mostPolls()).toBe(1);
});
