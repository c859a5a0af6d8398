import { expect, test } from 'vitest';
import { turnFailures } from './turn-errors.ts';

test('every error of a turn can be told from the others by its code', () => {
  const codes = Object.values(turnFailures).map((failure) => failure.code);
  expect(new Set(codes).size).toBe(codes.length);
});

test('only a limit and a bad request are the fault of the caller', () => {
  const blamed = Object.values(turnFailures).filter((failure) => failure.status < 500);
  expect(blamed.map((failure) => failure.code)).toEqual(['provider_limit', 'bad_request']);
});
