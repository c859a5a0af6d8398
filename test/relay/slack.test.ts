import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeSlack, startSlack } from '../fakes/slack/server.ts';
import { type PlatformStage, platformStage, tls } from './platforms-stage.ts';

const secrets = { bot_token: 'xoxb-1-good', app_token: 'xapp-1-A01DEN-good' };
const friend = 'U012AB3CD';
let slack: FakeSlack;
let user: string;
let stage: PlatformStage;

beforeEach(async () => {
  slack = await startSlack({ tls, ackWithin: 500, retryAfter: [100, 1_000, 3_000] });
  const tokens = { botToken: secrets.bot_token, appToken: secrets.app_token };
  ({ user } = slack.addApp({ ...tokens, name: 'good_bot' }));
  stage = await platformStage(slack.port, {
    type: 'slack',
    fields: { api_root: 'https://platform.example/api' },
    secrets,
  });
});
afterEach(async () => {
  await stage.close();
  await slack.close();
});

const said = () => slack.posted.list().map(({ text }) => text);
const up = () => stage.relay().message('traffic', ({ traffic }) => traffic.connectedSince !== undefined);

test('through a proxy and an authority of one’s own: a message is answered, nothing is told in the log', async () => {
  await up();
  slack.inject({ from: friend, text: 'hello *you*' });
  await expect.poll(said, { timeout: 10_000 }).toHaveLength(1);
  const { ts } = slack.inject({ from: friend, channel: 'C0HALL0001', text: `<@${user}> in the channel` });
  await expect.poll(said, { timeout: 10_000 }).toHaveLength(2);
  expect(slack.posted.list()[1]).toMatchObject({
    channel: 'C0HALL0001',
    thread: ts,
    text: expect.stringContaining('in the channel'),
  });
  expect(stage.relay().output()).not.toMatch(/hello|in the channel|xoxb|xapp/);
});

test('what is written while the relay is dead is answered by the next one, once', async () => {
  await up();
  slack.inject({ from: friend, text: 'one' });
  await expect.poll(said, { timeout: 10_000 }).toEqual(['one']);
  await stage.kill(() => slack.inject({ from: friend, text: 'two' }));
  await expect.poll(said, { timeout: 10_000 }).toEqual(['one', 'two']);
});

test('killed again and again while people write, it answers everything', async () => {
  await up();
  const texts = Array.from({ length: 60 }, (_, n) => `message ${n}`);
  for (const [n, text] of texts.entries()) {
    slack.inject({ from: friend, text });
    if (n % 20 === 10) await stage.kill(() => undefined);
    else await sleep(20);
  }
  const bare = () => new Set(said().map((text) => /message \d+$/.exec(text)?.[0]));
  await expect.poll(() => texts.filter((text) => !bare().has(text)), { timeout: 20_000 }).toEqual([]);
});

test('an account that is handed over is connected nowhere', async () => {
  await up();
  stage.relay().send({ kind: 'access', channel: 'support', access: { role: 'watch', allowFrom: ['*'] } });
  await stage.relay().message('released');
  await expect.poll(() => slack.connections.size).toBe(0);
});
