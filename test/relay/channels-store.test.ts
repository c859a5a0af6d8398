import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { words } from '../../supervisor/relay/channels/words.ts';
import { type ChannelStage, channelStage, isReport, restart } from './channel-stage.ts';
import { storeText } from './store-text.ts';

let stage: ChannelStage | undefined;
const folder = mkdtempSync(join(tmpdir(), 'clawden-store-'));
afterEach(async () => {
  await stage?.close();
  stage = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const quick = { timeout: 8_000, interval: 20 };
const state = join(folder, 'state');

test('a turn that a kill interrupts is asked again, once, and the reply says so', async () => {
  stage = await channelStage();
  const { platform, gateway } = stage;
  platform.write('[[delay 1000]] hello');
  await expect.poll(() => gateway.began, quick).toHaveLength(1);
  await restart(stage, 'killed');
  await expect.poll(() => platform.texts(), quick).toEqual([`${words.askedAgain}\n\nhello`]);
  expect(gateway.began).toHaveLength(2);
});

test('a message whose turn is interrupted twice is not asked a third time, and its sender is told', async () => {
  stage = await channelStage();
  const { platform, gateway } = stage;
  platform.write('[[delay 5000]] that kills me');
  for (const times of [1, 2]) {
    await expect.poll(() => gateway.began, quick).toHaveLength(times);
    await restart(stage, 'killed');
  }
  await expect.poll(() => platform.texts(), quick).toEqual([words.interrupted]);
  expect(gateway.began).toHaveLength(2);
});

test('a message is known after a kill, answered or not', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.write('once', { id: 'same' });
  await stage.relay.message('traffic', ({ traffic }) => traffic.lastOut !== undefined);
  await restart(stage, 'killed');
  platform.write('once', { id: 'same' });
  platform.write('other', { id: 'other' });
  await expect.poll(() => platform.texts(), quick).toEqual(['once', 'other']);
});

test('another account under the same name is another account', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.write('of the first bot', { id: '1' });
  await expect.poll(() => platform.texts(), quick).toHaveLength(1);
  const [channel] = stage.relay.setup.channels;
  Object.assign(channel ?? {}, { secrets: { token: 'another' } });
  await restart(stage);
  platform.write('of the second bot', { id: '1' });
  await expect.poll(() => platform.texts(), quick).toEqual(['of the first bot', 'of the second bot']);
});

test('what may have been sent when the relay was killed is sent again with a mark, and what waited without', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.answers.push({ status: -1 });
  platform.write('a'.repeat(1_500));
  await expect.poll(() => platform.sent, quick).toHaveLength(1);
  await restart(stage, 'killed');
  await expect.poll(() => platform.texts(), quick).toHaveLength(3);
  expect(platform.texts()).toEqual([
    'a'.repeat(1_000),
    `${words.sentAgain}\n${'a'.repeat(1_000)}`,
    'a'.repeat(500),
  ]);
});

test('a command is answered after a kill', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.answers.push(...Array.from({ length: 9 }, () => ({ status: 503 })));
  platform.write('/help');
  // Refused, and written down as such: a kill before that makes it one that may have arrived.
  await stage.relay.message('traffic', ({ traffic }) => traffic.lastError !== undefined);
  platform.answers.length = 0;
  await restart(stage, 'killed');
  await expect.poll(() => platform.texts(), quick).toEqual([words.help]);
});

test('what was answered is on the disk no longer', async () => {
  stage = await channelStage();
  stage.platform.write('a secret of mine');
  // Longer than a page of the store.
  stage.platform.write(`${'x'.repeat(9_000)} another secret ${'x'.repeat(9_000)}`, { to: { chat: 'b' } });
  await expect.poll(() => stage?.platform.texts().length, quick).toBeGreaterThan(18);
  await restart(stage);
  await restart(stage);
  const { state } = stage.relay.setup;
  expect(storeText(state)).not.toContain('a secret of mine');
  expect(storeText(state)).not.toContain('another secret');
});

test('the store is for its own user only', async () => {
  stage = await channelStage();
  stage.platform.write('x');
  await expect.poll(() => stage?.platform.texts(), quick).toHaveLength(1);
  const { state: place } = stage.relay.setup;
  expect(statSync(place).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(place)) expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
});

test('a damaged store is set aside, loudly, and messages are answered', async () => {
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, 'queue.db'), 'no database at all, not even a short one'.repeat(200));
  stage = await channelStage({}, { setup: { state } });
  stage.platform.write('hello');
  await expect.poll(() => stage?.platform.texts(), quick).toEqual(['hello']);
  expect(readdirSync(state)).toContain('queue.db.set-aside');
  expect(stage.relay.output()).toMatch(/"level":"error".*set aside/);
});

test('a store that is a link is not opened: no message is taken, and the reason is told', async () => {
  mkdirSync(state, { recursive: true });
  const victim = join(folder, 'victim');
  writeFileSync(victim, '');
  symlinkSync(victim, join(state, 'queue.db'));
  stage = await channelStage({}, { setup: { state } });
  const { platform, relay } = stage;
  platform.write('hello');
  expect(await relay.message('channel', isReport('disk-full'))).toMatchObject({ name: 'support' });
  await sleep(200);
  expect(platform.acknowledged.size).toBe(0);
  expect(statSync(victim).size).toBe(0);
  expect(relay.output()).toMatch(/remove it/);
  rmSync(join(state, 'queue.db'));
  await expect.poll(() => platform.texts(), quick).toEqual(['hello']);
  await relay.message('channel', isReport(null));
});

test('a clock that jumps changes nothing', async () => {
  const clock = join(folder, 'clock.cjs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    clock,
    'const real = Date.now; let n = 0; Date.now = () => real() + (n++ % 2 ? -1e11 : 1e11);',
  );
  stage = await channelStage({}, { environment: { NODE_OPTIONS: `--require ${clock}` } });
  const { platform, relay } = stage;
  for (const text of ['one', 'two', 'three']) platform.write(text);
  platform.write('one', { id: 'm1' });
  await expect.poll(() => platform.texts(), quick).toEqual(['one', 'two', 'three']);
  expect(relay.child.exitCode).toBe(null);
  await sleep(100);
  expect(platform.sent).toHaveLength(3);
});
