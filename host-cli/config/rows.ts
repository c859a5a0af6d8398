import type { ChannelPlan, Json } from '../../runtimes/contract.ts';
import { runtimeNamed } from '../../runtimes/index.ts';
import type { Plan } from '../../supervisor/config/types.ts';
import { DEFAULT_MEMORY } from '../memory.ts';
import { hasGroups } from './has-groups.ts';
import { hidden, holdsSecret } from './mask.ts';
import type { Sources } from './sources.ts';

export interface Row {
  readonly setting: string;
  readonly value: string;
  readonly from: string;
}

/** What stands where nobody wrote anything. */
export interface Usual {
  readonly image: string;
  /** An option or a variable that names the image for every instance, whatever the file says. */
  readonly forcedImage: { readonly value: string; readonly from: string } | undefined;
  readonly workspace: string;
}

const ours = 'our default';

/** Each value of a plan with where it came from, in a fixed order. Secrets are hidden. */
export function rowsOf(plan: Plan, sources: Sources, usual: Usual): readonly Row[] {
  const { provider, host, tools } = plan;
  const descriptor = runtimeNamed(plan.runtime)?.descriptor;
  const itsOwn = `${plan.runtime}'s own`;
  const row = (setting: string, value: string, otherwise: string, path = setting): Row => ({
    setting,
    value,
    from: sources.of(path, otherwise),
  });
  const chosenBy = provider.provider.builtIn ? 'our default: no provider is set' : ours;
  return [
    row('runtime', plan.runtime, ours),
    row('id', plan.instance, "the runtime's name"),
    row('provider', provider.provider.name, chosenBy),
    ...(provider.apiKey === undefined ? [] : [row('provider key', hidden, ours, 'provider.key')]),
    row('base_url', provider.baseUrl, `${provider.type}'s usual`),
    row('model', provider.model, `${provider.type}'s default`),
    row('tools', tools.join(', ') || 'none', ours),
    ...Object.keys(plan.env).map((name) =>
      row(`env.${name}`, textOf(plan, `env.${name}`, plan.env[name] ?? ''), ours),
    ),
    ...plan.channels.flatMap((channel) => channelRows(plan, channel, row)),
    row('port', String(plan.port), itsOwn, 'config.port'),
    row('log_level', plan.logLevel, ours, 'config.log_level'),
    ...nativeRows(plan, row),
    row('expose', plan.expose, ours),
    usual.forcedImage
      ? { setting: 'image', ...usual.forcedImage }
      : row('image', host.image ?? usual.image, ours),
    row('memory', host.memory ?? DEFAULT_MEMORY, ours),
    row('cpus', host.cpus === undefined ? 'all' : String(host.cpus), ours),
    row('workspace', host.workspace ?? usual.workspace, ours),
    row('stop budget', secondsOf(plan.stopBudget ?? descriptor?.stop.budget ?? 0), itsOwn, 'stop_budget'),
    row('token', hidden, "the project's (.clawden/token)"),
    ...(plan.scriptedEcho ? [row('echo', 'scripted', ours)] : []),
  ];
}

type MakeRow = (setting: string, value: string, otherwise: string, path?: string) => Row;

function channelRows(plan: Plan, channel: ChannelPlan, row: MakeRow): readonly Row[] {
  const { name, type, mode, groups, fields, secrets, allowFrom } = channel;
  const path = `channels.${name}`;
  return [
    row(path, `${type}, ${mode}`, ours),
    ...Object.keys(secrets).map((field) => row(`${path}.${field}`, hidden, ours)),
    ...Object.entries(fields).map(([field, value]) =>
      row(`${path}.${field}`, textOf(plan, `${path}.${field}`, value), ours),
    ),
    row(`${path}.allow_from`, allowFrom.join(', ') || 'nobody yet', ours),
    ...(hasGroups(type) ? [row(`${path}.groups`, groups, ours)] : []),
  ];
}

function nativeRows({ native, nativeReferences }: Plan, row: MakeRow): readonly Row[] {
  const secret = new Set(
    nativeReferences.filter((each) => each.secret).map(({ path }) => JSON.stringify(path)),
  );
  const walk = (value: Json, path: readonly (string | number)[]): readonly Row[] => {
    const name = path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${part}`),
      'config',
    );
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
      return [row(name, secret.has(JSON.stringify(path)) ? hidden : JSON.stringify(value), ours)];
    return Object.entries(value).flatMap(([key, inner]) =>
      walk(inner as Json, [...path, Array.isArray(value) ? Number(key) : key]),
    );
  };
  return Object.entries(native).flatMap(([key, value]) => walk(value, [key]));
}

function textOf(plan: Plan, path: string, text: string): string {
  return holdsSecret(plan, path, text) ? hidden : text;
}

function secondsOf(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
