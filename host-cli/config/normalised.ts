import type { ChannelPlan, Json, JsonObject } from '../../runtimes/contract.ts';
import type { Plan } from '../../supervisor/config/types.ts';
import { hasGroups } from './has-groups.ts';
import { hidden, holdsSecret } from './mask.ts';

/** One instance as clawden.yaml would say it in full, in a fixed order; planned again, it comes to the same. */
export function normalised(plan: Plan, form: 'single' | 'entry'): JsonObject {
  const { host, expose, tools } = plan;
  return {
    [form === 'single' ? 'runtime' : 'name']: plan.runtime,
    ...(plan.instance === plan.runtime ? {} : { id: plan.instance }),
    ...providerOf(plan),
    model: text(plan, 'model', plan.provider.model),
    tools: [...tools],
    // Also where there are none: without the key, the usual variables would count.
    channels: channelsOf(plan),
    ...filled('env', environment(plan)),
    expose,
    ...host,
    config: { port: plan.port, log_level: plan.logLevel, ...native(plan) },
  };
}

/** Settings that come by variables only, since a file has no key for them. */
export function byVariables(plan: Plan): readonly (readonly [string, string])[] {
  return [
    ...(plan.token === undefined ? [] : [['CLAWDEN_TOKEN', hidden] as const]),
    ...(plan.stopBudget === undefined
      ? []
      : [['CLAWDEN_STOP_BUDGET', String(plan.stopBudget / 1000)] as const]),
    ...(plan.scriptedEcho ? [['CLAWDEN_ECHO', 'scripted'] as const] : []),
  ];
}

function providerOf(plan: Plan): JsonObject {
  const { provider, type, apiKey, baseUrl } = plan.provider;
  const entry: JsonObject = {
    ...(type === provider.name ? {} : { type }),
    ...(apiKey === undefined ? {} : { api_key: secret(plan, 'provider.key') }),
    ...(plan.origins['base_url'] ? { base_url: text(plan, 'base_url', baseUrl) } : {}),
  };
  return { provider: provider.name, ...filled('providers', { ...filled(provider.name, entry) }) };
}

function channelsOf(plan: Plan): JsonObject {
  return Object.fromEntries(plan.channels.map((channel) => [channel.name, channelOf(plan, channel)]));
}

function channelOf(plan: Plan, channel: ChannelPlan): JsonObject {
  const { name, type, serves, groups, fields, secrets, allowFrom } = channel;
  const path = (field: string): string => `channels.${name}.${field}`;
  return {
    type,
    ...(serves === 'relayed' ? { relay: true } : {}),
    ...Object.fromEntries(Object.keys(secrets).map((field) => [field, secret(plan, path(field))])),
    ...Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [field, text(plan, path(field), value)]),
    ),
    ...(allowFrom.length > 0 ? { allow_from: [...allowFrom] } : {}),
    ...(hasGroups(type) ? { groups } : {}),
  };
}

function environment(plan: Plan): JsonObject {
  return Object.fromEntries(
    Object.entries(plan.env).map(([name, value]) => [name, text(plan, `env.${name}`, value)]),
  );
}

/** Only whole `$NAME`s are references there; each is put back. */
function native({ native: values, nativeReferences }: Plan): JsonObject {
  const names = new Map(nativeReferences.map(({ path, variable }) => [JSON.stringify(path), variable]));
  const walk = (value: Json, path: readonly (string | number)[]): Json => {
    const variable = names.get(JSON.stringify(path));
    if (variable !== undefined) return `$${variable}`;
    if (Array.isArray(value)) return value.map((item: Json, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, walk(inner as Json, [...path, key])]),
    );
  };
  return walk(values, []) as JsonObject;
}

/** The reference that brought it, never the value. */
function secret({ written, origins }: Plan, path: string): string {
  const origin = origins[path];
  return written[path] ?? (origin?.kind === 'variable' ? `$${origin.name}` : hidden);
}

/** What is decided; where a secret is in it, as it is written. A `$` of its own is doubled, as in the file. */
function text(plan: Plan, path: string, value: string): string {
  if (holdsSecret(plan, path, value)) return plan.written[path] ?? hidden;
  return value.replaceAll('$', '$$$$');
}

function filled(key: string, value: JsonObject | readonly Json[]): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
