import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeDiscord, startDiscord } from '../fakes/discord/server.ts';
import { type PlatformStage, platformStage, tls } from './platforms-stage.ts';

const token = 'MTk4NjIyNDgzNDcxOTI1MjQ4.G.good';
const friend = '80351110224678912';
const guild = '197038439483310086';
let discord: FakeDiscord;
let stage: PlatformStage;

const open = (): Promise<PlatformStage> =>
  platformStage(discord.port, {
    type: 'discord',
    fields: { api_root: 'https://platform.example/api/v10' },
    secrets: { token },
  });

beforeEach(async () => {
  discord = await startDiscord({ tls });
  discord.addBot({ token, username: 'good_bot', guilds: [guild] });
  stage = await open();
});
afterEach(async () => {
  await stage.close();
  await discord.close();
});

const said = () => discord.posted.list().map(({ text }) => text);
const up = () => stage.relay().message('traffic', ({ traffic }) => traffic.connectedSince !== undefined);

test('through a proxy and an authority of one’s own: a message is answered, nothing is told in the log', async () => {
  await up();
  discord.inject({ from: friend, text: '[[delay 1500]] hello **you**' });
  await expect.poll(said, { timeout: 10_000 }).toEqual(['hello **you**']);
  discord.inject({
    from: friend,
    guild,
    channel: '197038439483310099',
    text: 'in the server',
    mention: true,
  });
  await expect
    .poll(said, { timeout: 10_000 })
    .toEqual(['hello **you**', expect.stringContaining('in the server')]);
  expect(discord.typing.length).toBeGreaterThan(0);
  expect(stage.relay().output()).not.toMatch(/hello|G\.good/);
});

test('what is written while the relay is dead is answered by the next one, once', async () => {
  await up();
  discord.inject({ from: friend, text: 'one' });
  await expect.poll(said, { timeout: 10_000 }).toEqual(['one']);
  await sleep(700);
  await stage.kill(() => discord.inject({ from: friend, text: 'two' }));
  await expect.poll(said, { timeout: 10_000 }).toEqual(['one', 'two']);
  expect(discord.logins.map(({ kind }) => kind)).toEqual(['identify', 'resume']);
});

test('a relay that begins without the state of an earlier one answers in the same chat', async () => {
  await up();
  discord.inject({ from: friend, text: 'one' });
  await expect.poll(said, { timeout: 10_000 }).toEqual(['one']);
  await stage.close();
  stage = await open();
  await up();
  discord.inject({ from: friend, text: 'two' });
  await expect.poll(said, { timeout: 10_000 }).toEqual(['one', 'two']);
});

test('killed again and again while people write, it answers everything, and nothing twice', async () => {
  await up();
  const texts = Array.from({ length: 60 }, (_, n) => `message ${n}`);
  for (const [n, text] of texts.entries()) {
    discord.inject({ from: friend, text });
    if (n % 20 === 10) await stage.kill(() => undefined);
    else await sleep(20);
  }
  await expect.poll(said, { timeout: 20_000 }).toHaveLength(60);
  // A turn that was cut by a kill is asked again and says so before its text.
  const bare = said().map((text) => /message \d+$/.exec(text)?.[0]);
  expect(bare).toEqual(texts);
});

test('an account that is handed over is connected nowhere', async () => {
  await up();
  stage.relay().send({ kind: 'access', channel: 'support', access: { role: 'watch', allowFrom: ['*'] } });
  await stage.relay().message('released');
  await expect.poll(() => discord.connectionCount(token).open).toBe(0);
});
