import type { ChannelPlan, GroupPolicy, JsonObject, RenderInput } from '../contract.ts';
import { descriptor } from './descriptor.ts';
import { atTheDoor, secretId } from './secrets.ts';

/** OpenClaw's `channels`. A type that has none is switched off by name: a variable alone would start it. */
export function channels({ channels: plans, plugins }: RenderInput): JsonObject {
  const present = descriptor.nativeChannels.filter(({ plugin }) => !plugin || plugins.includes(plugin));
  return Object.fromEntries(present.map(({ type }) => [type, ofType(nativesOf(plans, type))]));
}

/** The base URLs of plugins are settings of the whole process, and variables only. */
export function channelEnvironment({ channels: plans }: RenderInput): Readonly<Record<string, string>> {
  const discord = nativesOf(plans, 'discord')[0]?.fields['api_root'];
  const slack = nativesOf(plans, 'slack')[0]?.fields['api_root'];
  return {
    ...(discord ? { DISCORD_API_URL: discord } : {}),
    // Its client puts the method's name behind the last slash.
    ...(slack ? { SLACK_API_URL: `${slack}/` } : {}),
  };
}

function nativesOf(plans: readonly ChannelPlan[], type: string): readonly ChannelPlan[] {
  return plans.filter((plan) => plan.type === type && plan.mode === 'native');
}

/**
 * Everything stands in the accounts, nothing beside them: what stands there is inherited, and a list of senders there
 * would hold for all.
 */
function ofType(plans: readonly ChannelPlan[]): JsonObject {
  const [first] = plans;
  if (!first) return { enabled: false };
  return {
    enabled: true,
    defaultAccount: first.name,
    accounts: Object.fromEntries(plans.map((plan) => [plan.name, account(plan)])),
  };
}

function account(plan: ChannelPlan): JsonObject {
  const everyone = plan.allowFrom.includes('*');
  return {
    dmPolicy: everyone ? 'open' : 'allowlist',
    allowFrom: everyone ? ['*'] : [...plan.allowFrom],
    groupPolicy: plan.groups === 'off' ? 'disabled' : 'allowlist',
    // In a group the words of others would be handed to the model beside those of an allowed sender.
    contextVisibility: 'allowlist',
    // It introduces itself to nobody.
    joinIntro: false,
    ...writers[plan.type]?.(plan),
  };
}

const writers: Readonly<Record<string, (plan: ChannelPlan) => JsonObject>> = {
  telegram: ({ name, fields, groups, allowFrom }) => ({
    botToken: atTheDoor(secretId(name, 'token')),
    groupAllowFrom: [...allowFrom],
    // Without an entry every group is closed.
    groups: groups === 'off' ? {} : { '*': mention(groups) },
    ...(fields['api_root'] ? { apiRoot: fields['api_root'] } : {}),
  }),
  discord: (plan) => ({
    token: atTheDoor(secretId(plan.name, 'token')),
    guilds: plan.groups === 'off' ? {} : { [plan.fields['guild'] ?? '*']: room(plan) },
    // Texts of direct messages and of mentions come without this privileged intent.
    intents: { messageContent: plan.groups === 'all' },
    voice: { enabled: false },
    ...quiet,
  }),
  slack: (plan) => ({
    mode: 'socket',
    botToken: atTheDoor(secretId(plan.name, 'bot_token')),
    appToken: atTheDoor(secretId(plan.name, 'app_token')),
    channels: plan.groups === 'off' ? {} : { '*': room(plan) },
    ...quiet,
  }),
};

/** No commands are offered to the people of a whole server; `/new` as a text works. */
const quiet: JsonObject = { commands: { native: false, nativeSkills: false } };

function mention(groups: GroupPolicy): JsonObject {
  return { requireMention: groups !== 'all' };
}

function room({ groups, allowFrom }: ChannelPlan): JsonObject {
  // Without a list of users everyone in it is one.
  const users = allowFrom.includes('*') ? {} : { users: [...allowFrom] };
  return { ...mention(groups), ...users };
}
