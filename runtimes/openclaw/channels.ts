import type { ChannelPlan, JsonObject, RenderInput } from '../contract.ts';
import { descriptor } from './descriptor.ts';
import { atTheDoor, secretId } from './secrets.ts';

/** OpenClaw's `channels`. One that is not configured is switched off by name: a variable alone would start it. */
export function channels({ channels: plans, plugins }: RenderInput): JsonObject {
  const present = descriptor.nativeChannels.filter(({ plugin }) => !plugin || plugins.includes(plugin));
  return Object.fromEntries(
    present.map(({ type }) => {
      const plan = nativeOf(plans, type);
      return [type, plan ? { enabled: true, ...written(plan) } : { enabled: false }];
    }),
  );
}

/** The base URLs of plugins are settings of the whole process, and variables only. */
export function channelEnvironment({ channels: plans }: RenderInput): Readonly<Record<string, string>> {
  const discord = nativeOf(plans, 'discord')?.fields['api_root'];
  const slack = nativeOf(plans, 'slack')?.fields['api_root'];
  return {
    ...(discord ? { DISCORD_API_URL: discord } : {}),
    // Its client puts the method's name behind the last slash.
    ...(slack ? { SLACK_API_URL: `${slack}/` } : {}),
  };
}

function nativeOf(plans: readonly ChannelPlan[], type: string): ChannelPlan | undefined {
  return plans.find((plan) => plan.type === type && plan.mode === 'native');
}

function written(plan: ChannelPlan): JsonObject {
  const write = writers[plan.type];
  return { ...directMessages(plan), ...write?.(plan) };
}

function directMessages({ allowFrom }: ChannelPlan): JsonObject {
  const everyone = allowFrom.includes('*');
  return {
    dmPolicy: everyone ? 'open' : 'allowlist',
    allowFrom: everyone ? ['*'] : [...allowFrom],
  };
}

/** What a channel type needs beside the list of who may write to it directly. */
const writers: Readonly<Record<string, (plan: ChannelPlan) => JsonObject>> = {
  telegram: ({ fields }) => ({
    botToken: atTheDoor(secretId('telegram', 'token')),
    groupPolicy: 'disabled',
    ...(fields['api_root'] ? { apiRoot: fields['api_root'] } : {}),
  }),
  discord: (plan) => ({
    token: atTheDoor(secretId('discord', 'token')),
    ...guilds(plan),
    // Texts of direct messages and of mentions come without this privileged intent, and nothing else is answered.
    intents: { messageContent: false },
    voice: { enabled: false },
    ...quiet,
  }),
  slack: () => ({
    mode: 'socket',
    botToken: atTheDoor(secretId('slack', 'bot_token')),
    appToken: atTheDoor(secretId('slack', 'app_token')),
    groupPolicy: 'disabled',
    ...quiet,
  }),
};

/** It introduces itself to nobody and offers no commands to the people of a whole server; `/new` as a text works. */
const quiet: JsonObject = { joinIntro: false, commands: { native: false, nativeSkills: false } };

function guilds({ fields, allowFrom }: ChannelPlan): JsonObject {
  const { guild } = fields;
  if (!guild) return { groupPolicy: 'disabled' };
  // Without a list of users everyone in the server is one.
  const users = allowFrom.includes('*') ? {} : { users: [...allowFrom] };
  return { groupPolicy: 'allowlist', guilds: { [guild]: { requireMention: true, ...users } } };
}
