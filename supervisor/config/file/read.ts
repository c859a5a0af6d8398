import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { near, shown } from '../../errors/wording.ts';
import { keyOf, type Path, pathText } from '../path.ts';
import type { Place, Settings, SettingsRead, Written } from '../settings.ts';
import { noSettings } from '../settings.ts';
import type { ConfigFile, Variables } from '../types.ts';
import { readChannels } from './channels.ts';
import { type Document, readDocument } from './document.ts';
import { literalSecrets } from './literal.ts';
import { emptyResolution, nativeResolver, type Resolution, resolver } from './resolve.ts';
import { found, type ShapeFault, topFaults, topKeys } from './schema.ts';

/** What a file says, and everything that is wrong with its syntax, shape, references and written-out secrets. */
export function readSettings(file: ConfigFile, variables: Variables): SettingsRead {
  const document = readDocument(file);
  if (document.value === undefined && document.problems.length > 0) {
    return { settings: noSettings(true), problems: document.problems };
  }
  const root = document.value ?? {};
  if (!isMap(root)) {
    const { where, frame } = document.place([]);
    const wrong = { path: file.path, detail: found(root), expected: 'a map, e.g. runtime: openclaw' };
    return { settings: noSettings(true), problems: [problem('wrong-value', wrong, where, frame)] };
  }
  const resolution = emptyResolution();
  const read = settingsOf(root, document, variables, resolution);
  return {
    settings: read.settings,
    problems: [...document.problems, ...resolution.problems, ...read.problems],
  };
}

function settingsOf(
  root: JsonObject,
  document: Document,
  variables: Variables,
  resolution: Resolution,
): SettingsRead {
  const { config, ...others } = withoutExtensions(root);
  const resolve = resolver(document, variables, resolution);
  const values = resolve(others, []) as JsonObject;
  const native = isMap(config) ? config : {};
  const faults = topFaults(config === undefined ? values : { ...values, config });
  const problems = faults
    .filter((fault) => !resolution.broken.has(keyOf(fault.path)))
    .map((fault) => shapeProblem(fault, topKeys, document));
  for (const fault of faults)
    if (fault.kind === 'wrong-value') resolution.broken.add(keyOf(fault.path.slice(0, 1)));
  const channels = isMap(values['channels'])
    ? readChannels(values['channels'], document, resolution, shapeProblem)
    : undefined;
  const { port, log_level, ...rest } = nativeResolver(
    document,
    variables,
    resolution,
  )(native, ['config']) as JsonObject;
  const written = <Value>(key: string, value: Value | undefined): Written<Value> | undefined =>
    value === undefined || value === null || isBroken([key])
      ? undefined
      : { value, at: document.place([key]) };
  const isBroken = (path: Path): boolean =>
    path.some((_part, index) => resolution.broken.has(keyOf(path.slice(0, index + 1))));
  const settings: Settings = {
    ...entry('runtime', written('runtime', values['runtime'] as string)),
    ...entry('provider', written('provider', values['provider'] as string)),
    ...entry('model', written('model', values['model'] as string)),
    ...entry('tools', isBroken(['tools']) ? undefined : tools(values['tools'], document, isBroken)),
    ...entry('expose', written('expose', values['expose'] as string)),
    ...entry('port', inConfig('port', port, document, isBroken)),
    ...entry('logLevel', inConfig('log_level', log_level, document, isBroken)),
    ...entry('channels', channels?.channels),
    native: rest,
    nativeReferences: resolution.nativeReferences.filter(
      ({ path }) => path[0] !== 'port' && path[0] !== 'log_level',
    ),
    secrets: [...resolution.secrets],
    place: document.place,
    keyPlace: document.keyPlace,
    isBroken,
  };
  return {
    settings,
    problems: [...problems, ...(channels?.problems ?? []), ...literalSecrets(native, document)],
  };
}

/** A fault of the shape in catalogue form, with the names that are allowed there. */
function shapeProblem(fault: ShapeFault, known: readonly string[], document: Document): Problem {
  const path = pathText(fault.path);
  if (fault.kind === 'wrong-value') {
    const { detail, expected } = fault;
    return placed('wrong-value', { path, detail, expected }, document.place(fault.path));
  }
  const parameters = { key: shown(fault.key), near: near(fault.key, known), known: known.join(', ') };
  return placed('unknown-key', parameters, document.keyPlace([...fault.path, fault.key]));
}

function placed(code: ErrorCode, parameters: Readonly<Record<string, string>>, place: Place): Problem {
  return problem(code, parameters, place.where, place.frame);
}

/** `x-*` keys are the user's own, for anchors; a known key without a value is as good as absent. */
function withoutExtensions(root: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(root).filter(
      ([key, value]) => !key.startsWith('x-') && (value !== null || !isTopKey(key)),
    ),
  );
}

function isTopKey(key: string): boolean {
  return (topKeys as readonly string[]).includes(key);
}

function inConfig(
  key: string,
  value: Json | undefined,
  document: Document,
  isBroken: (path: Path) => boolean,
): Written<Json> | undefined {
  const path = ['config', key];
  return value === undefined || isBroken(path) ? undefined : { value, at: document.place(path) };
}

/** A list, or one text with commas. */
function tools(
  value: Json | undefined,
  document: Document,
  isBroken: (path: Path) => boolean,
): readonly Written<string>[] | undefined {
  if (typeof value === 'string') {
    const at = document.place(['tools']);
    return value
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((name) => ({ value: name, at }));
  }
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((name, index) =>
    isBroken(['tools', index]) ? [] : [{ value: String(name), at: document.place(['tools', index]) }],
  );
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entry<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
