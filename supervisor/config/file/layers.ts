import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import type { Path } from '../path.ts';
import type { Place } from '../settings.ts';
import type { Document } from './document.ts';

/** A map of settings that stands somewhere in a document. */
export interface Layer {
  readonly document: Document;
  /** Keys from the root of the document. */
  readonly base: Path;
  readonly value: JsonObject;
  /** A value there has a wrong shape; that of a reference is not known yet. */
  readonly doubtful?: boolean;
  /** Our key → the key written there, where they differ. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** Settings of one instance as if they stood in one file; places lead to wherever each was written. */
export interface Layered {
  readonly value: JsonObject;
  /** The shape of a layer's values has to be looked at again. */
  readonly doubtful: boolean;
  /** What a problem is written down about already. */
  readonly broken: readonly Path[];
  readonly place: (path: Path, hide?: boolean) => Place;
  readonly keyPlace: (path: Path) => Place;
}

/** Maps whose entries add up over the layers; of everything else the first layer that says it decides. */
const added = new Set(['config', 'env', 'providers']);

/**
 * Lays settings over each other, the most special first. `places` are asked after the layers, for values that were
 * fetched from elsewhere in a file.
 */
export function layered(layers: readonly Layer[], places: readonly Layer[] = []): Layered {
  const value: Record<string, Json> = {};
  for (const layer of layers) {
    for (const [key, written] of Object.entries(layer.value)) {
      if (written === null) continue;
      const above = value[key];
      value[key] = above === undefined ? written : added.has(key) ? merged(above, written) : above;
    }
  }
  const all = [...layers, ...places];
  const [first] = all;
  const find = (path: Path): { layer: Layer; path: Path } | undefined => {
    for (let length = path.length; length > 0; length--) {
      const above = path.slice(0, length);
      for (const layer of all) {
        const written = writtenPath(layer, above);
        if (layer.document.has(written)) return { layer, path: writtenPath(layer, path) };
      }
    }
    return first && { layer: first, path: first.base };
  };
  const nowhere: Place = { where: { kind: 'default' } };
  return {
    value,
    doubtful: layers.some((layer) => layer.doubtful),
    broken: [],
    place: (path, hide) => {
      const hit = find(path);
      return hit ? hit.layer.document.place(hit.path, hide) : nowhere;
    },
    keyPlace: (path) => {
      const hit = find(path);
      return hit ? hit.layer.document.keyPlace(hit.path) : nowhere;
    },
  };
}

function writtenPath({ base, renamed }: Layer, path: Path): Path {
  const [key, ...rest] = path;
  if (key === undefined) return base;
  return [...base, renamed?.[key] ?? key, ...rest];
}

/** Deep for maps; whatever else stands above wins. */
function merged(above: Json, below: Json): Json {
  if (!isMap(above) || !isMap(below)) return above;
  const result: Record<string, Json> = { ...above };
  for (const [key, value] of Object.entries(below)) {
    const own = Object.hasOwn(above, key) ? above[key] : undefined;
    result[key] = own === undefined ? value : merged(own, value);
  }
  return result;
}

export function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
