import type { Json, JsonObject, NativeReference } from '../contract.ts';

export interface ByReference {
  readonly native: JsonObject;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Replaces strings that came from variables by `${NAME}`, which OpenClaw resolves in memory, and hands the values on
 * in its environment under names of our own: none of them is written to disk, none triggers a channel.
 */
export function byReference(native: JsonObject, references: readonly NativeReference[]): ByReference {
  const environment: Record<string, string> = {};
  let result: Json = native;
  for (const { path, variable } of references) {
    const value = at(native, path);
    if (typeof value !== 'string') continue;
    const name = `CLAWDEN_REF_${variable.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`;
    environment[name] = value;
    result = replaced(result, path, `\${${name}}`);
  }
  return { native: result as JsonObject, environment };
}

function at(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) => (isContainer(inner) ? inner[String(key)] : undefined),
    value,
  );
}

function replaced(value: Json, [key, ...rest]: readonly (string | number)[], to: string): Json {
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === Number(key) ? replaced(item, rest, to) : item));
  }
  const object = value as JsonObject;
  return { ...object, [key]: replaced(object[key] ?? null, rest, to) };
}

function isContainer(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
