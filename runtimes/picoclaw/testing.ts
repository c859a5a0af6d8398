import type { ChannelPlan, RenderInput } from '../contract.ts';
import { canaries, inputOf, telegramBot } from '../testing.ts';
import { descriptor } from './descriptor.ts';

export const secrets = {
  bot: '7000000001:canary-bot-token-0123456789abcdefgh',
  bot2: '7000000002:canary-bot-token-0123456789abcdefgh',
  ...canaries,
  discord: 'MTAw.canary.discord-token',
  search: 'canary-search-key',
  slackBot: 'xoxb-canary-bot',
  slackApp: 'xapp-canary-app',
};

/** What a render knows, with nothing special in it; `changes` make the case. */
export function input(changes: Partial<RenderInput> = {}): RenderInput {
  return inputOf(descriptor, changes);
}

export function telegram(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return telegramBot(secrets.bot, changes);
}

export function discord(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return slack({
    name: 'chat',
    type: 'discord',
    secrets: { token: secrets.discord },
    allowFrom: ['80351110224678912'],
    ...changes,
  });
}

export function slack(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return {
    name: 'slack',
    type: 'slack',
    mode: 'native',
    serves: 'native',
    groups: 'mention',
    fields: {},
    secrets: { bot_token: secrets.slackBot, app_token: secrets.slackApp },
    allowFrom: ['U012AB3CD'],
    ...changes,
  };
}
