import type { Json } from '../../../runtimes/contract.ts';
import { frame } from '../../errors/frame.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { hush } from '../../errors/wording.ts';
import { keyOf, type Path } from '../path.ts';
import type { Place } from '../settings.ts';
import type { ConfigFile } from '../types.ts';
import type { Document } from './document.ts';

/** Site defaults as a document. */
export async function readSite(file: ConfigFile): Promise<Document> {
  const { parse, TomlError } = await import('smol-toml');
  const at = (line: number, column: number, hide = false): Place => ({
    where: { kind: 'file', file: file.path, line, column },
    get frame() {
      return frame(file.text, line, column, hide);
    },
  });
  const problems: Problem[] = [];
  let value: Json = {};
  try {
    value = plain(parse(file.text, { maxDepth: 40, unsafeKeyBehaviour: 'throw' }));
  } catch (error) {
    const { line, column } = error instanceof TomlError ? error : { line: 1, column: 1 };
    const { where, frame } = at(line, column);
    const words = error instanceof Error ? error.message : String(error);
    const detail = hush((words.split('\n')[0] ?? '').replace('Invalid TOML document: ', ''));
    problems.push(problem('toml-syntax', { detail }, where, frame));
  }
  const places = linesOf(file.text);
  const find = (path: Path, hide?: boolean): Place => {
    for (let length = path.length; length > 0; length--) {
      const spot = places.get(keyOf(path.slice(0, length).map(String)));
      if (spot) return at(spot.line, spot.column, hide);
    }
    return at(1, 1, hide);
  };
  return {
    value,
    problems,
    has: (path) => places.has(keyOf(path.map(String))) || valueAt(value, path) !== undefined,
    place: find,
    keyPlace: find,
  };
}

/** Dates are the only thing of TOML that no setting can be. */
function plain(value: unknown): Json {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value as Json;
}

function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Readonly<Record<string | number, Json>>)[part]
        : undefined,
    value,
  );
}

/** Where each key stands, as far as a line tells: headers and `key = value`; the parser keeps no places. */
function linesOf(text: string): ReadonlyMap<string, { readonly line: number; readonly column: number }> {
  const places = new Map<string, { line: number; column: number }>();
  let table: readonly string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^(\s*\[)([^[\]]+)\]/.exec(line);
    const pair = /^(\s*)([\w.\s"'-]+?)\s*=/.exec(line);
    const column = (header ?? pair)?.[1]?.length ?? 0;
    if (header) table = keysOf(header[2] ?? '');
    const path = header ? table : pair ? [...table, ...keysOf(pair[2] ?? '')] : [];
    for (let length = path.length; length > 0; length--) {
      const key = keyOf(path.slice(0, length));
      if (!places.has(key)) places.set(key, { line: index + 1, column: column + 1 });
    }
  }
  return places;
}

function keysOf(dotted: string): readonly string[] {
  return dotted.split('.').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
}
