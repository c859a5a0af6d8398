import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AbuseStage, abuseStage, friends } from './abuse-stage.ts';

const preload = new URL('../fakes/jumping-clock.cjs', import.meta.url).pathname;
const day = 24 * 3600;
const folder = mkdtempSync(join(tmpdir(), 'clawden-clock-'));
const clock = join(folder, 'clock');

let stage: AbuseStage;
beforeAll(async () => {
  stage = await abuseStage({ NODE_OPTIONS: `--require ${preload}`, JUMPING_CLOCK: clock });
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

const soon = { timeout: 10_000, interval: 20 };
const written: string[] = [];

async function answered(text: string): Promise<void> {
  for (const { type, got } of stage.places)
    await expect.poll(() => got().at(-1), { ...soon, message: type }).toBe(text);
}

test.each([3, -4, 400, -400])(
  'a clock that jumps by %i days in the middle of a turn loses nothing',
  async (days) => {
    const { places, post, kill, discord, gateway } = stage;
    const turns = gateway.began.length;
    const seconds = days * day;
    written.push(`begun ${days}`, `jumped ${days}`, `nobody there ${days}`);
    writeFileSync(clock, '0');
    for (const { write } of places) write(`[[delay 400]] begun ${days}`);
    await expect.poll(() => gateway.began.length, soon).toBe(turns + places.length);
    writeFileSync(clock, String(seconds * 1000));
    await answered(`begun ${days}`);
    for (const { write } of places) write(`jumped ${days}`, seconds);
    await answered(`jumped ${days}`);
    // As long as an adapter takes to note how far it has come; what came since would be told again by the platform.
    await sleep(700);
    await kill(() => {
      // So that what was missed has to be asked for.
      discord.invalidate();
      for (const { type, write } of places) if (type !== 'webhook') write(`nobody there ${days}`);
    });
    await post({ sender: friends.webhook, text: `nobody there ${days}` }, seconds);
    await answered(`nobody there ${days}`);
  },
);

test('nothing came twice', () => {
  for (const { type, got } of stage.places) expect([type, ...got()]).toEqual([type, ...written]);
});

test('a request that was taken is not taken again when the clock goes back to its time', async () => {
  const { post, relay } = stage;
  const once = { sender: friends.webhook, text: 'once' };
  // The same signature each time: it holds the second in which it was made.
  const second = (): number => Math.floor(Date.now() / 1000);
  const made = second() - 3;
  const statusOf = async (jump: number): Promise<number> => {
    writeFileSync(clock, String(jump * 1000));
    return (await post(once, made - second())).status;
  };
  expect([await statusOf(0), await statusOf(3 * day), await statusOf(0)]).toEqual([200, 401, 409]);
  expect(relay().output()).not.toContain('once');
});
