import { expect, test } from 'vitest';
import { createLines, type Line } from './lines.ts';
import { createRing } from './ring.ts';

function split(chunks: readonly (string | Uint8Array)[], cap?: number): Line[] {
  const lines: Line[] = [];
  const splitter = createLines({ onLine: (line) => lines.push(line), ...(cap === undefined ? {} : { cap }) });
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}

const texts = (lines: readonly Line[]): string[] => lines.map((line) => line.text);

test('lines come whole wherever the chunks are cut', () => {
  const text = 'one\r\ntwo\n\nthree äöü 🦞\r\nlast without an end';
  const bytes = Buffer.from(text);
  const expected = ['one', 'two', '', 'three äöü 🦞', 'last without an end'];
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(texts(split([bytes.subarray(0, at), bytes.subarray(at)]))).toEqual(expected);
  }
  expect(texts(split([...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(expected);
});

test('a lone carriage return and a NUL are no line ends', () => {
  expect(texts(split(['10 %\r20 %\r\nnul \0 here\n']))).toEqual(['10 %\r20 %', 'nul \0 here']);
});

test('bytes that are no UTF-8 are replaced and the rest of the line is kept', () => {
  const lines = split([Uint8Array.of(0x61, 0xff, 0x62, 0xc3), Uint8Array.of(0x0a, 0xf0, 0x9f), '\nfine\n']);
  expect(texts(lines)).toEqual(['a\uFFFDb\uFFFD', '\uFFFD', 'fine']);
});

test('a line beyond the cap comes in pieces marked as continued', () => {
  expect(split(['abcdefgh\nij\n'], 3)).toEqual([
    { text: 'abc', continued: false },
    { text: 'def', continued: true },
    { text: 'gh', continued: true },
    { text: 'ij', continued: false },
  ]);
  expect(split(['abcdef\n'], 3).map((line) => line.continued)).toEqual([false, true]);
});

test('the cap tears no emoji apart and leaves no line end behind, wherever the chunks are cut', () => {
  const bytes = Buffer.from('ab🦞🦞\nabc\r\nabcd\r\n');
  for (let at = 0; at <= bytes.length; at += 1) {
    const lines = split([bytes.subarray(0, at), bytes.subarray(at)], 3);
    const whole = lines.map((line, i) => (line.continued || i === 0 ? '' : '|') + line.text).join('');
    expect(whole).toBe('ab🦞🦞|abc|abcd');
    for (const line of lines) {
      expect(line.text.isWellFormed()).toBe(true);
      expect(line.text.length).toBeLessThanOrEqual(3);
      expect(line.text).not.toMatch(/^$|\r/);
    }
  }
});

test('a gigabyte without a line end needs no more memory than a chunk', () => {
  let chars = 0;
  let pieces = 0;
  const lines = createLines({
    onLine: (line) => {
      chars += line.text.length;
      pieces += 1;
    },
  });
  const chunk = Buffer.alloc(64 * 1024, 'x');
  lines.push(chunk);
  const before = process.memoryUsage().rss;
  let peak = before;
  for (let i = 1; i < 16 * 1024; i += 1) {
    lines.push(chunk);
    if (i % 1024 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  }
  lines.end();
  expect(chars).toBe(1024 ** 3);
  expect(pieces).toBe(16 * 1024);
  expect((peak - before) / 1024 ** 2).toBeLessThan(100);
}, 30_000);

test('the ring keeps the last lines within its two limits', () => {
  const ring = createRing<{ text: string }>(3, 10);
  for (const text of ['a', 'b', 'c', 'd']) ring.add({ text });
  expect(ring.last().map((line) => line.text)).toEqual(['b', 'c', 'd']);
  ring.add({ text: '123456789' });
  expect(ring.last().map((line) => line.text)).toEqual(['d', '123456789']);
  ring.add({ text: 'longer than all ten' });
  expect(ring.last().map((line) => line.text)).toEqual(['longer than all ten']);
  for (let i = 0; i < 1000; i += 1) ring.add({ text: String(i) });
  expect(ring.last().map((line) => line.text)).toEqual(['997', '998', '999']);
});
