import { expect, test } from 'vitest';
import { carriesKey } from './key.ts';

test('the key is taken from both places where clients put it', () => {
  expect(carriesKey({ authorization: 'Bearer k1' }, 'k1')).toBe(true);
  expect(carriesKey({ authorization: 'bearer k1' }, 'k1')).toBe(true);
  expect(carriesKey({ 'x-api-key': 'k1' }, 'k1')).toBe(true);
});

test('anything else is no key', () => {
  for (const headers of [
    {},
    { authorization: '' },
    { authorization: 'Bearer k2' },
    { authorization: 'Bearer k1x' },
    { authorization: 'Basic k1' },
    { 'x-api-key': '' },
  ]) {
    expect(carriesKey(headers, 'k1')).toBe(false);
  }
});
