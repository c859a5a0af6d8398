import type { Json, JsonObject, OwnedPath } from '../../../runtimes/contract.ts';
import { type Path, pathText } from '../path.ts';
import type { KnownRuntime } from '../types.ts';
import { type Context, report } from './context.ts';

/** Native keys under `config:`, without those that the supervisor decides. */
export function checkNative(context: Context, runtime: KnownRuntime | undefined): JsonObject {
  const { native } = context.settings;
  for (const { path, instead, kind } of trespasses(native, runtime?.descriptor.ownedPaths ?? [])) {
    const at = context.settings.keyPlace(['config', ...path]);
    if (kind === 'owned') report(context, 'owned-path', { path: pathText(path), instead }, at);
    else {
      const detail = 'is no map, and would replace what the supervisor sets below it';
      report(context, 'wrong-value', { path: `config.${pathText(path)}`, detail, expected: 'a map' }, at);
    }
  }
  for (const { path, leaf } of nodes(native)) {
    const { place, keyPlace } = context.settings;
    const at = (leaf ? place : keyPlace)(['config', ...path]);
    context.origins[pathText(['config', ...path])] = at.where;
  }
  return native;
}

export interface Trespass {
  readonly kind: 'owned' | 'covers';
  readonly path: Path;
  readonly instead: string;
}

/**
 * Written paths that are owned, or that would wipe out an owned one by a value that is no map. In a pattern `*`
 * is any one key and a leading `**` any place.
 */
export function trespasses(native: JsonObject, owned: readonly OwnedPath[]): readonly Trespass[] {
  const patterns = owned.map(({ path, instead }) => ({ keys: path.split('.'), instead }));
  const found: Trespass[] = [];
  const walk = (value: Json, path: Path): void => {
    const hit = path.length > 0 ? patterns.find(({ keys }) => isAt(keys, path)) : undefined;
    if (hit) found.push({ kind: 'owned', path, instead: hit.instead });
    else if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value) && patterns.some(({ keys }) => isAbove(keys, path))) {
        found.push({ kind: 'covers', path, instead: '' });
      } else {
        for (const [key, inner] of Object.entries(value)) {
          walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
        }
      }
    } else if (patterns.some(({ keys }) => isAbove(keys, path))) {
      found.push({ kind: 'covers', path, instead: '' });
    }
  };
  walk(native, []);
  return found;
}

function isAt(keys: readonly string[], path: Path): boolean {
  if (keys[0] === '**') {
    const tail = keys.slice(1);
    return path.length >= tail.length && isAt(tail, path.slice(path.length - tail.length));
  }
  return keys.length === path.length && keys.every((key, index) => key === '*' || key === path[index]);
}

function isAbove(keys: readonly string[], path: Path): boolean {
  if (keys[0] === '**' || path.length >= keys.length) return false;
  return path.every((part, index) => keys[index] === '*' || keys[index] === part);
}

interface Node {
  readonly path: Path;
  readonly leaf: boolean;
}

function nodes(value: Json, path: Path = []): readonly Node[] {
  if (typeof value !== 'object' || value === null) return [{ path, leaf: true }];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    nodes(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length > 0 ? [{ path, leaf: false }, ...below] : below;
}
