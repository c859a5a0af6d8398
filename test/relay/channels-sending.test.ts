import { afterEach, expect, test } from 'vitest';
import { words } from '../../supervisor/relay/channels/words.ts';
import { type ChannelStage, channelStage } from './channel-stage.ts';

let stage: ChannelStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const quick = { timeout: 8_000, interval: 20 };
const inChat = (chat: string): object => ({ to: { chat, message: chat } });

test('a platform that asks for a pause gets it, on the whole channel', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.answers.push({ status: 429, retryAfter: 1_500 });
  const began = performance.now();
  platform.write('one', inChat('a'));
  await expect.poll(() => platform.answers, quick).toEqual([]);
  platform.write('two', inChat('b'));
  await expect.poll(() => platform.sent, quick).toHaveLength(2);
  expect(performance.now() - began).toBeGreaterThan(1_500);
  expect(platform.texts().join()).not.toContain(words.sentAgain);
});

test('a reply whose markup the platform refuses is sent without it', async () => {
  stage = await channelStage();
  stage.platform.answers.push({ status: 400 });
  stage.platform.write('a *bold* word');
  await expect.poll(() => stage?.platform.texts(), quick).toEqual(['a bold word']);
});

test('a reply that the platform never takes is given up and said to the owner, and the next one goes on', async () => {
  stage = await channelStage();
  const { platform, relay } = stage;
  platform.answers.push({ status: 400 }, { status: 400 });
  platform.write('a *bold* word');
  platform.write('next');
  await expect.poll(() => platform.texts(), quick).toEqual(['next']);
  const { traffic } = await relay.message('traffic', (message) => message.traffic.lastError !== undefined);
  expect(traffic.lastError?.text).toBe('a message was not sent: the plain platform answers 400');
});

test('who has blocked the bot gets nothing more of that reply', async () => {
  stage = await channelStage();
  const { platform } = stage;
  platform.answers.push({ status: 410 });
  platform.write('x'.repeat(2_500), inChat('left'));
  platform.write('still here', inChat('stays'));
  await expect.poll(() => platform.texts('stays'), quick).toEqual(['still here']);
  platform.write('and back', inChat('left'));
  await expect.poll(() => platform.texts('left'), quick).toEqual(['and back']);
});

test('a part that may have arrived is sent again, and says so', async () => {
  stage = await channelStage();
  stage.platform.answers.push({ status: 0 });
  stage.platform.write('hello');
  await expect.poll(() => stage?.platform.texts(), quick).toEqual(['hello', `${words.sentAgain}\nhello`]);
  const [first, second] = stage.platform.sent;
  expect(first?.key).toBe(second?.key);
});

test('the parts of a long reply come in their order, each once, and only the first one quotes', async () => {
  stage = await channelStage();
  const text = Array.from({ length: 3 }, (_, index) => `${index}`.repeat(1_000)).join('');
  stage.platform.answers.push({ status: 200 }, { status: 503 });
  stage.platform.write(text);
  await expect.poll(() => stage?.platform.sent, quick).toHaveLength(3);
  expect(stage.platform.texts().join('')).toBe(text);
  expect(stage.platform.sent.map(({ to }) => to.message)).toEqual(['m1', undefined, undefined]);
  expect(new Set(stage.platform.sent.map(({ key }) => key)).size).toBe(3);
});
