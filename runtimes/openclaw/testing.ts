import type { ChannelPlan, RenderInput } from '../contract.ts';
import { canaries, inputOf, telegramBot } from '../testing.ts';
import { descriptor } from './descriptor.ts';

export const secrets = {
  bot: '7000001:canary-bot-token',
  bot2: '7000002:canary-bot-token',
  ...canaries,
  hook: 'canary-hook-token',
  discord: 'MTAw.canary.discord-token',
  discord2: 'MTAx.canary.discord-token',
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
  return {
    name: 'discord',
    type: 'discord',
    mode: 'native',
    serves: 'native',
    groups: 'mention',
    fields: {},
    secrets: { token: secrets.discord },
    allowFrom: ['80351110224678912'],
    ...changes,
  };
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
