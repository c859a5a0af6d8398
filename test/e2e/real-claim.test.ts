import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BotStage, botStage, botToken, channelOf, codeOf } from '../helpers/bot.ts';
import type { TestContainer } from '../helpers/container.ts';
import { grace } from '../helpers/real-openclaw.ts';

const owner = 4242;
const stranger = 6666;
let stage: BotStage;
let container: TestContainer;

beforeAll(async () => {
  stage = await botStage('real-claim', 'real');
  container = await stage.start();
});
afterAll(async () => {
  await container?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

it('a Telegram bot without a list of who may talk to it is unclaimed, and answers nobody', async () => {
  stage.telegram.inject({ from: stranger, text: 'anybody there?' });
  await grace();
  expect(await channelOf(container)).toMatchObject({ mode: 'unclaimed', reason: 'unclaimed' });
  expect((await container.get('/ready?channels=1')).status).toBe(200);
  expect(stage.telegram.sent()).toEqual([]);
});

it('it is OpenClaw’s once its owner has claimed it, which answers him by itself', async () => {
  stage.telegram.inject({ from: owner, text: `/start ${await codeOf(container)}` });
  const { text } = await stage.telegram.nextSent({ chat: owner });
  expect(text).toContain('You are my owner now');
  const began = performance.now();
  stage.telegram.inject({ from: stranger, text: 'and me?' });
  stage.telegram.inject({ from: owner, text: 'hello from the owner' });
  const reply = await stage.telegram.nextSent({ chat: owner, timeoutMs: 120_000 });
  console.info(`from the claim to OpenClaw's answer: ${Math.round(performance.now() - began)} ms`);
  expect(reply.text).toBe('hello from the owner');
  expect(await channelOf(container)).toMatchObject({ mode: 'native', state: 'up', reason: null });
  expect((await container.health()).runtime?.restarts).toBe(0);
  expect(stage.telegram.sent({ chat: stranger })).toEqual([]);
  expect(stage.telegram.polls(botToken).max).toBe(1);
});
