import type { ChannelPlan, RenderInput } from '../contract.ts';
import { canaries, inputOf, telegramBot } from '../testing.ts';
import { descriptor } from './descriptor.ts';

export const secrets = {
  bot: '7000000001:canary-bot-token-0123456789abcdefgh',
  ...canaries,
  search: 'canary-search-key',
};

/** What a render knows, with nothing special in it; `changes` make the case. */
export function input(changes: Partial<RenderInput> = {}): RenderInput {
  return inputOf(descriptor, changes);
}

export function telegram(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return telegramBot(secrets.bot, changes);
}
