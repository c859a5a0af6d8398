import type { Path } from '../path.ts';

/** Offsets in a text of a value and its key, as a tree by keys and indices: one walk answers for any path. */
export interface Spot {
  value?: number;
  key?: number;
  below?: Map<string | number, Spot>;
}

export function newSpot(): Spot {
  return {};
}

/** That of a key or an index, made where it is new. */
export function spotBelow(spot: Spot, part: string | number): Spot {
  spot.below ??= new Map();
  const known = spot.below.get(part);
  if (known) return known;
  const made: Spot = {};
  spot.below.set(part, made);
  return made;
}

export interface Found {
  /** Of the value, or of what is nearest above it. */
  readonly nearest: number;
  /** Undefined where there is no such key. */
  readonly exact: Spot | undefined;
}

export function findSpot(root: Spot, path: Path): Found {
  let spot: Spot | undefined = root;
  let nearest = root.value ?? 0;
  for (const part of path) {
    spot = spot?.below?.get(part);
    if (!spot) break;
    nearest = spot.value ?? nearest;
  }
  return { nearest, exact: spot };
}
