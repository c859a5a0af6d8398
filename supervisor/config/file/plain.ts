import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import type { Json } from '../../../runtimes/contract.ts';
import { keyOf, type Path } from '../path.ts';

export type Plain = Json | undefined;

export interface PlainDocument {
  readonly value: Plain;
  /** Offset in the text by path. */
  readonly values: ReadonlyMap<string, number>;
  readonly keys: ReadonlyMap<string, number>;
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly detail: string;
  readonly offset: number;
}

/** Deeper than any configuration, shallow enough for every recursion behind us. */
const deepest = 40;
/** Nodes reached through aliases; a few lines of YAML can multiply to billions. */
const aliasBudget = 5_000;

/**
 * Own conversion instead of `toJS()`: it knows the place of every value, also of merged and aliased ones, and
 * lists what cannot be converted where `toJS()` throws at the first.
 */
export function plainOf(document: Document.Parsed | undefined): PlainDocument {
  const run: Run = {
    document,
    values: new Map(),
    keys: new Map(),
    faults: [],
    aliased: 0,
    inside: new Set(),
  };
  const value = document?.contents ? convert(document.contents, [], run, false) : undefined;
  return { value, values: run.values, keys: run.keys, faults: run.faults };
}

interface Run {
  readonly document: Document.Parsed | undefined;
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly faults: Fault[];
  /** Aliases being followed, to notice one inside itself. */
  readonly inside: Set<unknown>;
  aliased: number;
}

function convert(node: ParsedNode | null, path: Path, run: Run, viaAlias: boolean): Plain {
  if (!node) return null;
  const offset = node.range[0];
  if (!run.values.has(keyOf(path))) run.values.set(keyOf(path), offset);
  if (path.length > deepest) return fail(run, `nested deeper than ${deepest} levels`, offset);
  if (viaAlias && ++run.aliased > aliasBudget) {
    if (run.aliased === aliasBudget + 1) fail(run, 'aliases multiply beyond reason', offset);
    return null;
  }
  if (isAlias(node)) return follow(node, run, (target) => convert(target, path, run, true));
  if (isMap(node)) return mapOf(node as YAMLMap.Parsed, path, run, viaAlias);
  if (isSeq(node)) {
    return node.items.map(
      (item, index) => convert(item as ParsedNode, [...path, index], run, viaAlias) ?? null,
    );
  }
  return scalar(isScalar(node) ? node.value : undefined, offset, run);
}

function mapOf(node: YAMLMap.Parsed, path: Path, run: Run, viaAlias: boolean): Plain {
  const result = new Map<string, Json>();
  const merges: (ParsedNode | null)[] = [];
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    const offset = pair.key?.range[0] ?? node.range[0];
    // A quoted "<<" is a merge key too: to the library, and so to us.
    if (key === '<<' || typeof key === 'symbol') merges.push(pair.value);
    else if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
      fail(run, 'a key must be a text', offset);
    } else if (key === '__proto__') fail(run, 'this key is not allowed', offset);
    else {
      const below = [...path, String(key)];
      if (!run.keys.has(keyOf(below))) run.keys.set(keyOf(below), offset);
      result.set(String(key), convert(pair.value, below, run, viaAlias) ?? null);
    }
  }
  for (const source of merges) merge(source, path, run, result);
  return Object.fromEntries(result);
}

/** https://yaml.org/type/merge.html: keys already there win, earlier sources win over later ones. */
function merge(source: ParsedNode | null, path: Path, run: Run, into: Map<string, Json>): void {
  if (source && isAlias(source)) {
    follow(source, run, (target) => {
      merge(target, path, run, into);
      return null;
    });
  } else if (source && isSeq(source)) {
    for (const item of source.items) merge(item as ParsedNode, path, run, into);
  } else if (source && isMap(source)) {
    const merged = mapOf(source as YAMLMap.Parsed, path, run, true);
    for (const [key, value] of Object.entries(merged as Record<string, Json>)) {
      if (!into.has(key)) into.set(key, value);
    }
  } else fail(run, 'a merge key takes a map, an alias of one, or a list of those', source?.range[0] ?? 0);
}

function follow(alias: ParsedNode, run: Run, use: (target: ParsedNode) => Plain): Plain {
  const target = isAlias(alias) && run.document ? alias.resolve(run.document) : undefined;
  const offset = alias.range[0];
  if (!target) return fail(run, 'this alias has no anchor before it', offset);
  if (run.inside.has(target)) return fail(run, 'this alias is inside its own anchor', offset);
  run.inside.add(target);
  const value = use(target as ParsedNode);
  run.inside.delete(target);
  return value;
}

function scalar(value: unknown, offset: number, run: Run): Plain {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'number')
    return fail(run, 'only texts, numbers, true, false, null, lists and maps', offset);
  if (!Number.isFinite(value)) return fail(run, 'not a finite number', offset);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return fail(run, 'too large for a number; write it in quotes', offset);
  }
  return value;
}

function fail(run: Run, detail: string, offset: number): null {
  run.faults.push({ detail, offset });
  return null;
}
