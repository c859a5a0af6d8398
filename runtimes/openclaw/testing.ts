import type { ChannelPlan, RenderInput } from '../contract.ts';
import { canaries, inputOf, telegramBot } from '../testing.ts';
import { descriptor } from './descriptor.ts';

export const secrets = {
  bot: '7000001:canary-bot-token',
  ...canaries,
  hook: 'canary-hook-token',
};

/** What a render knows, with nothing special in it; `changes` make the case. */
export function input(changes: Partial<RenderInput> = {}): RenderInput {
  return inputOf(descriptor, changes);
}

export function telegram(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return telegramBot(secrets.bot, changes);
}
