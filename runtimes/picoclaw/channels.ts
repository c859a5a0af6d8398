import type { ChannelPlan, JsonObject, RenderInput } from '../contract.ts';
import { merge } from '../merge.ts';
import { channelDefaults } from './channel-types.ts';
import type { SecretFile } from './secrets.ts';

/** Entries of PicoClaw's `channel_list` for the channels that it speaks by itself, under the names of their types. */
export function ownChannels(input: RenderInput): JsonObject {
  return Object.fromEntries(natives(input).map((plan) => [plan.type, entry(plan)]));
}

/** Their tokens, as files that it reads from beside its configuration. */
export function channelSecrets(input: RenderInput): readonly SecretFile[] {
  return natives(input).flatMap(({ type, secrets }) =>
    Object.entries(secrets).map(([field, value]) => ({ name: fileName(type, field), value })),
  );
}

function natives({ channels }: RenderInput): readonly ChannelPlan[] {
  return channels.filter(({ type, mode }) => mode === 'native' && type in addresses);
}

/** Its name for the address of the platform; an empty one: it has none. */
const addresses: Readonly<Record<string, string>> = { telegram: 'base_url', slack: '' };

function entry({ type, allowFrom, fields, secrets }: ChannelPlan): JsonObject {
  const root = fields['api_root'];
  const address = addresses[type];
  const tokens = Object.keys(secrets).map((field) => [field, `file://${fileName(type, field)}`] as const);
  return merge(channelDefaults[type] ?? {}, {
    enabled: true,
    type,
    // An empty list would let everyone in.
    allow_from: allowFrom.includes('*') ? ['*'] : [...allowFrom],
    // The list holds in groups as well; without this every message of an allowed sender there starts a turn.
    group_trigger: { mention_only: true },
    settings: { ...Object.fromEntries(tokens), ...(root && address ? { [address]: root } : {}) },
  });
}

function fileName(type: string, field: string): string {
  return `${type}-${field.replaceAll('_', '-')}`;
}
