import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLines, type Line } from './lines.ts';

/** Line ends, characters of one to four bytes, and bytes that begin a character and never end it. */
const bytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom('\n', '\r\n', '\r', '\0', 'abc', 'ä', '€', '🦞', '\ufeff')
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }),
      fc
        .constantFrom(
          [0xc3],
          [0xe2, 0x82],
          [0xf0, 0x9f, 0xa6],
          [0xf0],
          [0xed, 0xa0],
          [0x80],
          [0xff],
          [0xc0, 0xaf],
        )
        .map((some) => Uint8Array.from(some)),
    ),
    { maxLength: 24 },
  )
  .map((parts) => Buffer.concat(parts));

const cuts = fc.array(fc.nat(120), { maxLength: 16 });
const cap = fc.integer({ min: 2, max: 9 });

function split(whole: Buffer, at: readonly number[], limit?: number): Line[] {
  const lines: Line[] = [];
  const splitter = createLines({ onLine: (line) => lines.push(line), ...(limit ? { cap: limit } : {}) });
  let from = 0;
  for (const cut of [...at.map((one) => one % (whole.length + 1)).sort((a, b) => a - b), whole.length]) {
    splitter.push(whole.subarray(from, cut));
    from = cut;
  }
  splitter.end();
  return lines;
}

/** The rule in its plainest words, on the whole text. */
function plainly(whole: Buffer): string[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole);
  const lines = text.split('\n');
  const last = lines.pop();
  return [...lines.map((line) => line.replace(/\r$/, '')), ...(last ? [last] : [])];
}

test('any bytes in any chunks give the lines of the whole, each broken byte as one replacement', () => {
  fc.assert(
    fc.property(bytes, cuts, (whole, at) => {
      expect(split(whole, at).map(({ text }) => text)).toEqual(plainly(whole));
    }),
    { numRuns: 2000 },
  );
});

test('the pieces of a long line together are the line, none is longer than the cap, no character is torn', () => {
  fc.assert(
    fc.property(bytes, cuts, cap, (whole, at, limit) => {
      const pieces = split(whole, at, limit);
      const joined: string[] = [];
      for (const { text, continued } of pieces) {
        if (continued) joined.push((joined.pop() ?? '') + text);
        else joined.push(text);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.isWellFormed()).toBe(true);
        if (continued) expect(text).not.toBe('');
      }
      expect(joined).toEqual(plainly(whole));
    }),
    { numRuns: 2000 },
  );
});

test('where the cap cuts does not depend on the chunks', () => {
  fc.assert(
    fc.property(bytes, cuts, cap, (whole, at, limit) => {
      expect(split(whole, at, limit)).toEqual(split(whole, [], limit));
    }),
    { numRuns: 2000 },
  );
});
