import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import { sameSecret } from './token.ts';

const real = crypto.timingSafeEqual;
afterEach(() => {
  crypto.timingSafeEqual = real;
  syncBuiltinESMExports();
});

const secret = 's3cret-0123456789-abcdef';
const guesses = [
  '',
  'x',
  `${secret}x`,
  'x'.repeat(10_000),
  ...Array.from(secret, (_letter, length) => secret.slice(0, length).padEnd(secret.length, '#')),
];

/** How an early exit looks: the number of bytes it reads tells how many were right. */
function naive(given: Uint8Array, expected: Uint8Array): { readonly equal: boolean; readonly read: number } {
  let read = 0;
  for (; read < expected.length; read += 1)
    if (given[read] !== expected[read]) return { equal: false, read: read + 1 };
  return { equal: given.length === expected.length, read };
}

describe('the comparison of tokens', () => {
  it('tells right from wrong', () => {
    expect(sameSecret(secret, secret)).toBe(true);
    for (const guess of guesses) expect(sameSecret(guess, secret)).toBe(false);
  });

  it('is one comparison in constant time of 32 bytes, however long or near a guess is', () => {
    const compared: [Uint8Array, Uint8Array][] = [];
    crypto.timingSafeEqual = (a, b) => {
      compared.push([Uint8Array.from(a as Uint8Array), Uint8Array.from(b as Uint8Array)]);
      return real(a, b);
    };
    syncBuiltinESMExports();
    for (const guess of guesses) sameSecret(guess, secret);
    expect(compared).toHaveLength(guesses.length);
    for (const [given, expected] of compared) expect([given.length, expected.length]).toEqual([32, 32]);

    // The naive one reads one byte more for each that is right; of what is compared here it would learn nothing.
    const near = guesses.slice(4);
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(near.map((guess) => naive(bytes(guess), bytes(secret)).read)).toEqual(
      near.map((_, index) => index + 1),
    );
    const learned = compared.slice(4).map(([given, expected]) => naive(given, expected).read);
    expect(Math.max(...learned)).toBeLessThan(4);
  });
});
