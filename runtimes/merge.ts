import type { Json, JsonObject } from './contract.ts';

/** Deep merge; `over` wins, objects are merged key by key, everything else is replaced. */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  // A Map, since an assignment to `__proto__` of an object would lose what the user wrote there.
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = result.get(key);
    result.set(key, isObject(below) && isObject(value) ? merge(below, value) : value);
  }
  return Object.fromEntries(result);
}

/** Both lists in order, each name once. */
export function mergeLists(first: readonly string[], second: Json | undefined): readonly Json[] {
  return [...new Set<Json>([...first, ...(Array.isArray(second) ? second : [])])];
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
