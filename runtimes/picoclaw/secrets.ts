import type { Json, JsonObject, NativeReference } from '../contract.ts';
import { isObject } from '../merge.ts';
import { settingsKeys } from './channel-types.ts';
import { configKeys, EACH, type Known } from './keys.ts';

export interface SecretFile {
  readonly name: string;
  readonly value: string;
}

export interface WithoutSecrets {
  readonly native: JsonObject;
  readonly files: readonly SecretFile[];
  /** Places of secrets that PicoClaw reads as plain text only. */
  readonly plain: readonly string[];
}

/**
 * Takes secrets out of the user's native keys: PicoClaw reads `file://NAME` from beside its configuration wherever it
 * expects a secret, and nowhere else.
 */
export function withoutSecrets(native: JsonObject, references: readonly NativeReference[]): WithoutSecrets {
  const files: SecretFile[] = [];
  const plain: string[] = [];
  let result: Json = native;
  for (const { path, variable } of references.filter(({ secret }) => secret)) {
    const value = at(native, path);
    if (typeof value !== 'string') continue;
    if (kindAt(native, path) !== 'secret') {
      plain.push(path.join('.'));
      continue;
    }
    const name = `config-${variable.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    if (!files.some((file) => file.name === name)) files.push({ name, value });
    result = replaced(result, path, `file://${name}`);
  }
  return { native: result as JsonObject, files, plain };
}

type Path = readonly (string | number)[];

/** What PicoClaw expects at a place; below `settings` the channel's type decides. */
function kindAt(native: JsonObject, path: Path): Known | undefined {
  const [root, name, part, ...rest] = path;
  if (root !== 'channel_list' || part !== 'settings') return below(configKeys, path);
  const type = at(native, ['channel_list', name ?? '', 'type']);
  return below(settingsKeys[typeof type === 'string' && type !== '' ? type : String(name)], rest);
}

function below(known: Known | undefined, path: Path): Known | undefined {
  return path.reduce<Known | undefined>((inner, key) => {
    // A list of secrets: each of its items is one.
    if (inner === 'secret' && typeof key === 'number') return inner;
    if (inner === undefined || typeof inner === 'string') return undefined;
    return Object.hasOwn(inner, key) ? inner[key] : inner[EACH];
  }, known);
}

function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => {
    if (Array.isArray(inner)) return (inner as readonly Json[])[Number(key)];
    return isObject(inner) ? inner[String(key)] : undefined;
  }, value);
}

function replaced(value: Json, [key, ...rest]: Path, to: string): Json {
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === Number(key) ? replaced(item, rest, to) : item));
  }
  const object = value as JsonObject;
  return { ...object, [key]: replaced(object[key] ?? null, rest, to) };
}
