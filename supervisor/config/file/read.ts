import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { keyOf, type Path } from '../path.ts';
import type { Settings, SettingsRead, Written } from '../settings.ts';
import type { Variables } from '../types.ts';
import { readChannels } from './channels.ts';
import { isMap, type Layered } from './layers.ts';
import { literalSecrets, literalValues } from './literal.ts';
import { readProviders } from './providers.ts';
import { emptyResolution, nativeResolver, type Resolution, resolver } from './resolve.ts';
import { shapeFaults } from './schema.ts';
import { shapeProblem } from './shape-problem.ts';

/** What is said of one instance, and everything that is wrong with its values, references and written-out secrets. */
export function readSettings(document: Layered, variables: Variables): SettingsRead {
  const resolution = emptyResolution();
  for (const path of document.broken) resolution.broken.add(keyOf(path));
  const { config, providers, ...others } = document.value;
  const resolve = resolver(document, variables, resolution);
  const values = resolve(others, []) as JsonObject;
  const native = isMap(config) ? config : {};
  // Unknown keys were written down where the layers were made.
  const all = { ...values, ...present({ config, providers }) };
  const brought = [...resolution.written.keys()].some((path) => !path.startsWith('channels.'));
  const faults = (document.doubtful || brought ? shapeFaults('single', all) : [])
    .filter((fault) => fault.kind === 'wrong-value')
    .filter((fault) => !resolution.broken.has(keyOf(fault.path)));
  const problems = faults.map((fault) => shapeProblem(fault, [], document));
  for (const fault of faults)
    resolution.broken.add(keyOf(fault.path.slice(0, fault.path[0] === 'env' ? 2 : 1)));
  const channels = isMap(values['channels'])
    ? readChannels(values['channels'], document, resolution)
    : undefined;
  const { port, log_level, ...rest } = nativeResolver(
    document,
    variables,
    resolution,
  )(native, ['config']) as JsonObject;
  const isBroken = (path: Path): boolean =>
    resolution.broken.size > 0 &&
    path.some((_part, index) => resolution.broken.has(keyOf(path.slice(0, index + 1))));
  const written = <Value>(path: Path, value: Json | undefined): Written<Value> | undefined =>
    value === undefined || value === null || isBroken(path)
      ? undefined
      : { value: value as Value, at: document.place(path) };
  const top = <Value>(key: string): Written<Value> | undefined => written<Value>([key], values[key]);
  // `port:` without a value is no port, not an absent one.
  const inConfig = (key: string, value: Json | undefined): Written<Json> | undefined =>
    value === undefined || isBroken(['config', key])
      ? undefined
      : { value, at: document.place(['config', key]) };
  const settings: Settings = {
    ...present({
      id: top<string>('id'),
      runtime: top<string>('runtime'),
      provider: top<string>('provider'),
      model: top<string>('model'),
      expose: top<string>('expose'),
      relay: top<boolean>('relay'),
      image: top<string>('image'),
      memory: top<string>('memory'),
      cpus: top<string | number>('cpus'),
      workspace: top<string>('workspace'),
      tools: isBroken(['tools']) ? undefined : tools(values['tools'], document, isBroken),
      allowFrom: isBroken(['allow_from']) ? undefined : senders(values['allow_from'], document, isBroken),
      port: inConfig('port', port),
      logLevel: inConfig('log_level', log_level),
      channels: channels?.channels,
    }),
    env: environment(values['env'], document, resolution, isBroken),
    providers: isMap(providers) ? readProviders(providers, document, variables, isBroken) : [],
    native: rest,
    nativeReferences: resolution.nativeReferences.filter(
      ({ path }) => path[0] !== 'port' && path[0] !== 'log_level',
    ),
    references: [...resolution.names],
    written: resolution.written,
    secrets: resolution.secrets,
    place: document.place,
    keyPlace: document.keyPlace,
    isBroken,
  };
  return {
    settings,
    problems: [
      ...resolution.problems,
      ...problems,
      ...(channels?.problems ?? []),
      ...literalSecrets(native, ['config'], document),
      ...literalValues(values['env'], ['env'], document, resolution),
      ...literalSecrets(isMap(providers) ? providers : {}, ['providers'], document),
    ],
  };
}

type Broken = (path: Path) => boolean;

/** A list, or one text with commas. */
function tools(
  value: Json | undefined,
  document: Layered,
  isBroken: Broken,
): readonly Written<string>[] | undefined {
  if (typeof value === 'string') {
    const at = document.place(['tools']);
    return value
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((name) => ({ value: name, at }));
  }
  return list(value, ['tools'], document, isBroken);
}

function senders(
  value: Json | undefined,
  document: Layered,
  isBroken: Broken,
): readonly Written<string>[] | undefined {
  if (value === undefined || Array.isArray(value)) return list(value, ['allow_from'], document, isBroken);
  return [{ value: String(value), at: document.place(['allow_from']) }];
}

function list(
  value: Json | undefined,
  path: Path,
  document: Layered,
  isBroken: Broken,
): readonly Written<string>[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: Json, index) => {
    const below = [...path, index];
    return isBroken(below) ? [] : [{ value: String(item), at: document.place(below) }];
  });
}

function environment(
  value: Json | undefined,
  document: Layered,
  resolution: Resolution,
  isBroken: Broken,
): ReadonlyMap<string, Written<string>> {
  if (!isMap(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([name, text]) => {
      const path = ['env', name];
      if (text === null || isBroken(path)) return [];
      const secret = resolution.secret.has(keyOf(path)) ? { secret: true } : {};
      return [[name, { value: String(text), at: document.keyPlace(path), ...secret }] as const];
    }),
  );
}

/** Only what is there. */
function present<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>;
  };
}
