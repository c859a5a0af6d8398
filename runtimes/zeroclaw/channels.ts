import type { ChannelPlan, JsonObject } from '../contract.ts';
import { aliasesOf } from './aliases.ts';

export interface NativeChannels {
  /** `channels.<type>.<alias>`, without secrets. */
  readonly channels: JsonObject;
  readonly peerGroups: JsonObject;
  /** `<type>.<alias>`, for the agent that answers them. */
  readonly references: readonly string[];
  /** Values for the environment mirror, by path. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `<type>.<alias>` by our name. */
  readonly names: Readonly<Record<string, string>>;
}

/** The channels that ZeroClaw speaks by itself. One that is unclaimed or relayed is not written at all. */
export function nativeChannels(plans: readonly ChannelPlan[]): NativeChannels {
  const native = plans.filter(({ mode, type }) => mode === 'native' && mapped[type] !== undefined);
  const aliases = aliasesOf(native);
  const each = native.map((plan) => ({ plan, alias: aliases[plan.name] ?? plan.name }));
  const types = [...new Set(native.map(({ type }) => type))];
  const ofType = (type: string): JsonObject =>
    Object.fromEntries(
      each.flatMap(({ plan, alias }) => (plan.type === type ? [[alias, mapped[type]?.(plan) ?? {}]] : [])),
    );
  return {
    channels: Object.fromEntries(types.map((type) => [type, ofType(type)])),
    // Always: a channel without peers prints a code that lets anybody in (zeroclaw's telegram.rs).
    peerGroups: Object.fromEntries(
      each.map(({ plan, alias }) => [
        `${plan.type}_${alias}`,
        { channel: `${plan.type}.${alias}`, external_peers: plan.allowFrom.map(String) },
      ]),
    ),
    references: each.map(({ plan, alias }) => `${plan.type}.${alias}`),
    secrets: Object.fromEntries(
      each.flatMap(({ plan, alias }) => {
        const token = plan.secrets['token'];
        return token ? [[`channels.${plan.type}.${alias}.bot_token`, token]] : [];
      }),
    ),
    names: Object.fromEntries(each.map(({ plan, alias }) => [plan.name, `${plan.type}.${alias}`])),
  };
}

// No bot_token: written as "" it would pass for a token; it comes by the environment.
const mapped: Readonly<Record<string, (plan: ChannelPlan) => JsonObject>> = {
  telegram: ({ fields, groups }) => ({
    enabled: true,
    ...(fields['api_root'] ? { api_base_url: fields['api_root'] } : {}),
    mention_only: groups !== 'all',
  }),
};
