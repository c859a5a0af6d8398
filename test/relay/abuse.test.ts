import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessStage, botChannel } from '../../supervisor/boot/testing.ts';
import { startTelegram } from '../fakes/telegram/server.ts';
import { until } from '../helpers/docker.ts';
import { type AbuseStage, abuseStage, friends } from './abuse-stage.ts';
import { startRelay } from './relay-process.ts';
import { storeText } from './store-text.ts';

let stage: AbuseStage;
beforeAll(async () => {
  stage = await abuseStage({ NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=2' });
});
afterAll(() => stage.close());

const soon = { timeout: 20_000, interval: 20 };

test('a message of a megabyte is answered on every channel, cut and with a word about it', async () => {
  const { places, post } = stage;
  for (const { write } of places) write(`${`${'x'.repeat(999)} `.repeat(1_000)}end`);
  for (const { type, limit = Number.POSITIVE_INFINITY, got } of places) {
    await expect
      .poll(() => got().at(-1) ?? '', { ...soon, message: type })
      .toMatch(/the message had 1000003 characters/);
    expect(got().join('').length).toBeLessThan(101_000);
    expect(Math.max(...got().map(({ length }) => length))).toBeLessThanOrEqual(limit);
  }
  const empty = JSON.stringify({ sender: friends.webhook, text: '' }).length;
  const statusOf = async (bytes: number): Promise<number> =>
    (await post({ sender: friends.webhook, text: 'x'.repeat(bytes - empty) })).status;
  expect(await statusOf(2 ** 20)).toBe(200);
  expect(await statusOf(2 ** 20 + 1)).toBe(413);
}, 60_000);

test('ten thousand strangers get no word, cost no memory and no room on the disk, and keep nobody waiting', async () => {
  const { telegram, discord, slack, post, relay, gateway, places } = stage;
  /** Long, so that keeping it would show. */
  const wish = `let me in${', please'.repeat(180)}`;
  const rss = (): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${relay().pid}/status`, 'utf8'))?.[1]);
  const strangers = async (first: number, count: number): Promise<void> => {
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    telegram.injectMany(numbers.map((n) => ({ from: 1_000_000 + n, text: `${wish} ${n}` })));
    discord.injectMany(
      numbers.map((n) => ({ from: `9${String(n).padStart(17, '0')}`, text: `${wish} ${n}` })),
    );
    slack.injectMany(numbers.map((n) => ({ from: `U9${String(n).padStart(7, '0')}`, text: `${wish} ${n}` })));
    // A request each is what takes the time of this test: every tenth of them has to do.
    for (let at = 0; at < count; at += 500) {
      const some = numbers.slice(at, at + 50);
      await Promise.all(some.map((n) => post({ sender: `stranger-${n}`, text: `${wish} ${n}` })));
    }
  };
  const answered = async (text: string): Promise<void> => {
    for (const { write } of places) write(text);
    for (const { type, got } of places)
      await expect.poll(() => got().at(-1), { ...soon, message: type }).toBe(text);
  };
  await strangers(0, 2_000);
  await answered('before');
  const before = rss();
  const turns = gateway.began.length;
  const flood = strangers(2_000, 5_000).then(() => strangers(7_000, 5_000));
  await answered('meanwhile');
  await flood;
  await answered('after');
  expect(rss() / before).toBeLessThan(1.25);
  expect(gateway.began.length).toBe(turns + 2 * places.length);
  expect(storeText(relay().setup.state)).not.toContain('let me in');
  expect(telegram.sent().filter(({ chat_id }) => chat_id !== friends.telegram)).toEqual([]);
  expect(discord.posted.list().filter(({ user }) => user !== friends.discord)).toEqual([]);
  expect(slack.calls.filter((name) => name === 'users.info')).toHaveLength(1);
  expect(slack.posted.list().filter(({ user }) => user !== friends.slack)).toEqual([]);
  expect(relay().output()).not.toMatch(/let me in|stranger-/);
  expect(relay().output().split('\n').length).toBeLessThan(20);
}, 60_000);

test('a claim code guessed at a thousand times is locked, the right one too, and the owner is told how to go on', async () => {
  const telegram = await startTelegram();
  const token = '4711:good';
  telegram.addBot({ token, username: 'den_bot' });
  const pid1 = accessStage([
    botChannel({ serves: 'relayed', fields: { api_root: telegram.url }, secrets: { token } }),
  ]);
  const relay = await startRelay({ setup: { channels: pid1.relayStarts() } });
  let heard = 0;
  const pump = setInterval(() => {
    for (const message of relay.received.slice(heard)) {
      if (message.kind === 'claim-tried') pid1.heard(message);
      heard += 1;
    }
    for (const message of pid1.told()) relay.send(message);
  }, 5);
  try {
    const right = pid1.code();
    await until('the bot is asked for', () => telegram.polls().open === 1);
    const guesses = Array.from(
      { length: 1_000 },
      (_, n) => `/start ${right.slice(0, 5)}${String(2222 + n).replaceAll(/[01]/g, 'Z')}`,
    );
    telegram.injectMany(guesses.map((text, n) => ({ from: 1_000 + (n % 250), text })));
    telegram.inject({ from: 7, text: `/start ${right}` });
    await until(
      'all were tried',
      () => relay.received.filter(({ kind }) => kind === 'claim-tried').length === 1_001,
    );
    expect([
      pid1.counted('clawden_claim_tries_total', 'wrong'),
      pid1.counted('clawden_claim_locks_total'),
    ]).toEqual([20, 1]);
    expect(pid1.list()).toMatchObject([{ mode: 'unclaimed', locked: expect.any(String) }]);
    expect(pid1.logged.at(-1)).toMatchObject({
      fields: { minutes: 15, fix: 'clawden channels reset telegram' },
    });
    expect(telegram.sent()).toEqual([]);
    pid1.act('reset');
    telegram.inject({ from: 7, text: `/start ${right}` });
    const eve = { id: 8, first_name: 'Eve\n\u001b[2J', last_name: '\u202eadA' };
    telegram.inject({ from: eve, text: `/start ${pid1.code()}` });
    expect((await telegram.nextSent()).text).toMatch(/^You are my owner now/);
    expect(pid1.list()).toMatchObject([{ owner: { id: '8', name: 'Eve  [2J  adA' } }]);
    expect(telegram.sent()).toHaveLength(1);
  } finally {
    clearInterval(pump);
    await relay.stop();
    await telegram.close();
    pid1.remove();
  }
});
