import type { ChannelPlan, JsonObject, RenderInput } from '../contract.ts';
import { isObject, merge } from '../merge.ts';
import { channelDefaults } from './channel-types.ts';
import type { SecretFile } from './secrets.ts';

/** Entries of PicoClaw's `channel_list` for the channels that it speaks by itself. */
export function ownChannels(input: RenderInput): JsonObject {
  const names = channelNames(input);
  return Object.fromEntries(natives(input).map((plan) => [names[plan.name] ?? plan.name, entry(plan)]));
}

/** Their tokens, as files that it reads from beside its configuration. */
export function channelSecrets(input: RenderInput): readonly SecretFile[] {
  return natives(input).flatMap(({ name, secrets }) =>
    Object.entries(secrets).map(([field, value]) => ({ name: fileName(name, field), value })),
  );
}

/**
 * Their keys, by our names: the name itself, or another one where the user has written an entry of that key or the relay's
 * is called so. Slack and Discord answer under no other key than their type's.
 */
export function channelNames(input: RenderInput): Readonly<Record<string, string>> {
  const written = input.native['channel_list'];
  const taken = new Set(['pico', ...typeKeys, ...Object.keys(isObject(written) ? written : {})]);
  return Object.fromEntries(
    natives(input).map(({ name, type }) => {
      if (typeKeys.includes(type)) return [name, type];
      let key = name;
      for (let number = 2; taken.has(key); number += 1) key = `${name}-${number}`;
      taken.add(key);
      return [name, key];
    }),
  );
}

const typeKeys: readonly string[] = ['slack', 'discord'];

function natives({ channels }: RenderInput): readonly ChannelPlan[] {
  return channels.filter(({ type, mode }) => mode === 'native' && type in addresses);
}

/** Its name for the address of the platform; an empty one: it has none. */
const addresses: Readonly<Record<string, string>> = { telegram: 'base_url', slack: '', discord: '' };

function entry({ name, type, groups, allowFrom, fields, secrets }: ChannelPlan): JsonObject {
  const root = fields['api_root'];
  const address = addresses[type];
  const tokens = Object.keys(secrets).map((field) => [field, `file://${fileName(name, field)}`] as const);
  return merge(channelDefaults[type] ?? {}, {
    enabled: true,
    type,
    // An empty list would let everyone in.
    allow_from: allowFrom.includes('*') ? ['*'] : [...allowFrom],
    // The list holds in groups as well; without this every message of an allowed sender there starts a turn.
    group_trigger: { mention_only: groups !== 'all' },
    settings: { ...Object.fromEntries(tokens), ...(root && address ? { [address]: root } : {}) },
  });
}

/** No channel's name begins so: these lie beside files of the supervisor's own. */
function fileName(channel: string, field: string): string {
  return `channel.${channel}.${field.replaceAll('_', '-')}`;
}
