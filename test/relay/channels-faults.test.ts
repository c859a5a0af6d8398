import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secret, signed } from '../../supervisor/channels/webhook/testing.ts';
import { type ChannelStage, channelStage, isReport, restart } from './channel-stage.ts';
import { type ServedStage, servedChannel, servedStage } from './served-stage.ts';

let stage: ChannelStage | undefined;
let hooked: ServedStage | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-faults-'));
});
afterEach(async () => {
  await stage?.close();
  await hooked?.close();
  stage = undefined;
  hooked = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const quick = { timeout: 8_000, interval: 20 };

/** Runs this in the relay's process before the relay. */
function before(script: string): NodeJS.ProcessEnv {
  const path = join(folder, 'before.cjs');
  writeFileSync(path, script);
  return { NODE_OPTIONS: `--require ${path}` };
}

/** Begins a call that is made once the relay is up. */
const whenUp = `
  const up = (work) => {
    const timer = setInterval(() => {
      if (process.listenerCount('SIGHUP') === 0) return;
      clearInterval(timer);
      work();
    }, 20);
  };
  up(() =>`;

/** Bytes of the largest file that the process can write. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

test('an error that nobody caught ends no turn and no model door, and its words stay out of the log', async () => {
  const environment = before(`${whenUp} {
    setTimeout(() => Promise.reject(new TypeError('words of a conversation')), 600);
    setTimeout(() => { throw new RangeError('words of a conversation'); }, 700);
  });`);
  stage = await channelStage({}, { environment });
  const { platform, relay } = stage;
  platform.write('[[delay 1200]] hello');
  await expect.poll(() => platform.texts(), quick).toEqual(['hello']);
  expect(relay.child.exitCode).toBe(null);
  expect(relay.output()).toMatch(/"level":"error".*TypeError.*before\.cjs/);
  expect(relay.output()).toMatch(/"level":"error".*RangeError/);
  expect(relay.output()).not.toContain('words of a conversation');
});

test('errors that do not end end the relay, so that a new one is started', async () => {
  const environment = before(
    `${whenUp} setTimeout(() => setInterval(() => Promise.reject(new Error()), 10), 500));`,
  );
  stage = await channelStage({}, { environment });
  const { child } = stage.relay;
  await expect.poll(() => child.exitCode, quick).toBe(1);
});

test('why a channel is not connected stands in the log', async () => {
  stage = await channelStage({ fields: { root: 'http://127.0.0.1:1' } });
  await stage.relay.message('channel', isReport('unreachable'));
  const line = /"msg":"a channel is not connected","channel":"support".*the plain platform does not answer/;
  await expect.poll(() => stage?.relay.output(), quick).toMatch(line);
});

test('a folder among the files that wait to be sent ends nothing', async () => {
  const state = join(folder, 'state');
  mkdirSync(join(state, 'out', 'somebody-put-this-here'), { recursive: true });
  stage = await channelStage({}, { setup: { state } });
  stage.platform.write('hello');
  await expect.poll(() => stage?.platform.texts(), quick).toEqual(['hello']);
  await sleep(200);
  expect(stage.relay.child.exitCode).toBe(null);
  expect(readdirSync(join(state, 'out'))).toEqual([]);
});

test('a pause without an end is asked after again, and costs no rest', async () => {
  stage = await channelStage();
  const { platform, relay } = stage;
  platform.answers.push({ status: 429, retryAfter: 1e15 });
  platform.write('hello');
  await expect.poll(() => platform.answers, quick).toEqual([]);
  await sleep(300);
  expect(relay.output()).not.toContain('TimeoutOverflowWarning');
});

test('a reply has an id that no other one had, also when the store is a new one', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.write('one');
  await expect.poll(() => platform.texts(), quick).toEqual(['one']);
  Object.assign(stage.relay.setup, { state: join(folder, 'another') });
  await restart(stage);
  platform.write('two');
  await expect.poll(() => platform.texts(), quick).toEqual(['one', 'two']);
  const [first, second] = platform.sent;
  expect(first?.key).not.toBe(second?.key);
});

test('who sends nothing but commands while no reply can be sent is not answered without an end', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.answers.push(...Array.from({ length: 20 }, () => ({ status: 503 })));
  for (let count = 0; count < 150; count += 1) platform.write('/help');
  await expect.poll(() => platform.acknowledged.size, quick).toBe(150);
  platform.answers.length = 0;
  await expect.poll(() => platform.texts().length, quick).toBeGreaterThan(50);
  await sleep(1_000);
  expect(platform.texts().length).toBeLessThanOrEqual(101);
});

test('of a file that finds no room nothing is left', async () => {
  stage = await channelStage({}, { environment: before("process.on('SIGXFSZ', () => undefined);") });
  const { platform, relay } = stage;
  const { workspace } = relay.setup;
  mkdirSync(workspace, { recursive: true });
  platform.write('first');
  await expect.poll(() => platform.texts(), quick).toHaveLength(1);
  platform.files.set('big', Buffer.alloc(900_000, 'x'));
  limitFiles(relay.pid, 600_000);
  platform.write('look', { files: [{ ref: 'big', name: 'big.bin' }] });
  await expect.poll(() => platform.texts().at(-1), quick).toContain('could not be saved (EFBIG)');
  expect(readdirSync(join(workspace, 'inbox', 'support'))).toEqual([]);
});

test('that there is room on the disk again is seen without another message', async () => {
  const channel = servedChannel('webhook', {}, { secret });
  hooked = await servedStage([channel], { environment: before("process.on('SIGXFSZ', () => undefined);") });
  const { relay } = hooked;
  const post = async (text: string): Promise<number> => {
    const body = JSON.stringify({ sender: 'ops', text });
    const url = `${relay.api.replace(/\/v1$/, '')}/hooks/webhook`;
    const headers = { 'x-clawden-signature': signed(body) };
    return (await fetch(url, { method: 'POST', body, headers })).status;
  };
  await expect.poll(() => post('hello'), quick).toBe(200);
  limitFiles(relay.pid, 0);
  expect(await post('no room')).toBe(503);
  await relay.message('channel', isReport('disk-full'));
  limitFiles(relay.pid, 'unlimited');
  await expect
    .poll(() => relay.received.findLast(({ kind }) => kind === 'channel'), quick)
    .toMatchObject({
      reason: null,
    });
});
