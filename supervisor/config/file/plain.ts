import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import type { Json } from '../../../runtimes/contract.ts';
import { newSpot, type Spot, spotBelow } from './spots.ts';

export type Plain = Json | undefined;

export interface PlainDocument {
  readonly value: Plain;
  readonly spots: Spot;
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly detail: string;
  readonly offset: number;
}

/** Deeper than any configuration, shallow enough for every recursion behind us. */
const deepest = 40;
/** Nodes reached through aliases, and how many more each written alias allows: a few lines of YAML can multiply to billions. */
const aliasBudget = { least: 5_000, each: 100 };

/**
 * Own conversion instead of `toJS()`: it knows the place of every value, also of merged and aliased ones, and
 * lists what cannot be converted where `toJS()` throws at the first.
 */
export function plainOf(document: Document.Parsed | undefined): PlainDocument {
  const run: Run = {
    document,
    faults: [],
    inside: new Set(),
    aliased: 0,
    budget: aliasBudget.least,
    exhausted: false,
  };
  const spots = newSpot();
  const value = document?.contents ? convert(document.contents, spots, 0, run, false) : undefined;
  return { value, spots, faults: run.faults };
}

interface Run {
  readonly document: Document.Parsed | undefined;
  readonly faults: Fault[];
  /** Aliases being followed, to notice one inside itself. */
  readonly inside: Set<unknown>;
  aliased: number;
  budget: number;
  exhausted: boolean;
}

function convert(node: ParsedNode | null, spot: Spot, depth: number, run: Run, viaAlias: boolean): Plain {
  if (!node) return null;
  const offset = node.range[0];
  spot.value ??= offset;
  if (depth > deepest) return fail(run, `nested deeper than ${deepest} levels`, offset);
  if (viaAlias && (run.exhausted || ++run.aliased > run.budget)) {
    if (!run.exhausted) fail(run, 'aliases multiply beyond reason', offset);
    run.exhausted = true;
    return null;
  }
  if (isAlias(node)) return follow(node, run, viaAlias, (target) => convert(target, spot, depth, run, true));
  if (isMap(node)) return mapOf(node as YAMLMap.Parsed, spot, depth, run, viaAlias);
  if (isSeq(node)) {
    return node.items.map(
      (item, index) => convert(item as ParsedNode, spotBelow(spot, index), depth + 1, run, viaAlias) ?? null,
    );
  }
  return scalar(isScalar(node) ? node.value : undefined, offset, run);
}

function mapOf(node: YAMLMap.Parsed, spot: Spot, depth: number, run: Run, viaAlias: boolean): Plain {
  const result = new Map<string, Json>();
  const merges: (ParsedNode | null)[] = [];
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    const offset = pair.key?.range[0] ?? node.range[0];
    // A quoted "<<" is a merge key too: to the library, and so to us.
    if (key === '<<' || typeof key === 'symbol') {
      if (merges.length > 0) fail(run, twice, offset);
      merges.push(pair.value);
    } else if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
      fail(run, 'a key must be a text', offset);
    } else if (key === '__proto__') fail(run, 'this key is not allowed', offset);
    else {
      const name = String(key);
      // Not by the library: it compares each key with all before it, and takes 1 and "1" for two keys.
      if (result.has(name)) fail(run, twice, offset);
      const below = spotBelow(spot, name);
      below.key ??= offset;
      result.set(name, convert(pair.value, below, depth + 1, run, viaAlias) ?? null);
    }
  }
  for (const source of merges) merge(source, spot, depth, run, viaAlias, result);
  return Object.fromEntries(result);
}

const twice = 'this key is given twice in one map';

/** https://yaml.org/type/merge.html: keys already there win, earlier sources win over later ones. */
function merge(
  source: ParsedNode | null,
  spot: Spot,
  depth: number,
  run: Run,
  viaAlias: boolean,
  into: Map<string, Json>,
): void {
  if (source && isAlias(source)) {
    follow(source, run, viaAlias, (target) => {
      merge(target, spot, depth, run, true, into);
      return null;
    });
  } else if (source && isSeq(source)) {
    for (const item of source.items) merge(item as ParsedNode, spot, depth, run, viaAlias, into);
  } else if (source && isMap(source)) {
    const spots = newSpot();
    const merged = mapOf(source as YAMLMap.Parsed, spots, depth, run, true);
    for (const [key, value] of Object.entries(merged as Record<string, Json>)) {
      if (into.has(key)) continue;
      into.set(key, value);
      Object.assign(spotBelow(spot, key), spots.below?.get(key));
    }
  } else fail(run, 'a merge key takes a map, an alias of one, or a list of those', source?.range[0] ?? 0);
}

function follow(alias: ParsedNode, run: Run, viaAlias: boolean, use: (target: ParsedNode) => Plain): Plain {
  if (!viaAlias) run.budget += aliasBudget.each;
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
