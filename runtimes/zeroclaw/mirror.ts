import type { Json, JsonObject, NativeIssue, NativeReference } from '../contract.ts';

export interface Mirrored {
  /** Without the secrets. */
  readonly native: JsonObject;
  readonly environment: Readonly<Record<string, string>>;
}

type Path = NativeReference['path'];

/** The variable that sets a path in memory only: https://github.com/zeroclaw-labs/zeroclaw, env_overrides.rs. */
export function mirrorName(path: readonly string[]): string {
  return `ZEROCLAW_${path.join('__')}`;
}

/** The path that a variable of the mirror stands for. */
export function mirrorPath(name: string): string {
  return name.replace(/^ZEROCLAW_/, '').replaceAll('__', '.');
}

/** Takes the secrets out of the file's content and hands them on in the environment; other values stay where they are. */
export function mirror(native: JsonObject, references: readonly NativeReference[]): Mirrored {
  const environment: Record<string, string> = {};
  let rest: Json = native;
  for (const reference of references) {
    const place = placeOf(native, reference);
    if (!place) continue;
    const value = at(native, place);
    environment[mirrorName(place)] = typeof value === 'string' ? value : JSON.stringify(value);
    rest = without(rest, place);
  }
  return { native: rest as JsonObject, environment };
}

/** Secrets that only the file could bring, and the file is on a disk. */
export function unmirrored(native: JsonObject, references: readonly NativeReference[]): NativeIssue[] {
  return references
    .filter((reference) => reference.secret && !placeOf(native, reference))
    .map(({ path, variable }) => ({
      path: path.reduce<string>(
        (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${part}`),
        '',
      ),
      message: `ZeroClaw takes $${variable} here from its file only, and a secret is not written to a file; use a key outside lists of tables, of small letters, digits and "_"`,
    }));
}

/** The keys of the mirror for a secret: its own, or those of the list of texts that it stands in. */
function placeOf(native: JsonObject, { path, secret }: NativeReference): readonly string[] | undefined {
  if (!secret || typeof at(native, path) !== 'string') return undefined;
  const last = path.at(-1);
  const place = typeof last === 'number' ? path.slice(0, -1) : path;
  const value = at(native, place);
  const isTexts =
    typeof value === 'string' || (value as readonly Json[]).every((item) => typeof item === 'string');
  const fits = place.every((part) => typeof part === 'string' && key.test(part) && !part.includes('__'));
  return isTexts && fits ? place.map(String) : undefined;
}

/** Names outside of it are ignored by ZeroClaw, and the secret with them. */
const key = /^[a-z0-9]([a-z0-9_]*[a-z0-9])?$/;

function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null ? (inner as JsonObject)[String(part)] : undefined,
    value,
  );
}

function without(value: Json, [first, ...rest]: readonly string[]): Json {
  const object = value as JsonObject;
  // Taken out before, with the list that both secrets stand in.
  if (first === undefined || object[first] === undefined) return value;
  if (rest.length > 0) return { ...object, [first]: without(object[first], rest) };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== first));
}
