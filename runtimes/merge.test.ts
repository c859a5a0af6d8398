import { expect, test } from 'vitest';
import { merge, mergeLists } from './merge.ts';

test('maps are merged key by key, everything else is replaced', () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 'x' };
  expect(merge(base, { a: { c: [3], e: null }, d: { f: true } })).toEqual({
    a: { b: 1, c: [3], e: null },
    d: { f: true },
  });
  expect(base).toEqual({ a: { b: 1, c: [1, 2] }, d: 'x' });
});

test('a map takes the place of a value and of a list', () => {
  expect(merge({ a: [1], b: 2 }, { a: { 0: 'x' }, b: {} })).toEqual({ a: { 0: 'x' }, b: {} });
});

test('a key named __proto__ is a key like any other', () => {
  const text = '{"__proto__":{"polluted":true}}';
  const merged = merge({}, JSON.parse(text));
  expect(JSON.stringify(merged)).toBe(text);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('two lists become one, each name once', () => {
  expect(mergeLists(['a', 'b'], ['b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(mergeLists(['a'], undefined)).toEqual(['a']);
  expect(mergeLists(['a'], 'b')).toEqual(['a']);
});
