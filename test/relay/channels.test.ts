import { afterEach, expect, test } from 'vitest';
import { type ChannelStage, channelStage } from './channel-stage.ts';

let stage: ChannelStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

test('a message that was written on the platform gets the reply of the runtime', async () => {
  stage = await channelStage();
  const { platform, relay } = stage;
  platform.write('hello you');
  await expect.poll(() => platform.texts(), { timeout: 5_000 }).toEqual(['hello you']);
  expect(await relay.message('channel')).toMatchObject({ name: 'support', reason: null, account: '@plain' });
  expect(relay.output()).not.toMatch(/hello you|plain-secret|Warning/);
});
