import { expect, test } from 'vitest';
import { createLines } from './link.ts';

test('lines come out whole however the chunks are cut', () => {
  const lines: string[] = [];
  const take = createLines((line) => lines.push(line));
  for (const chunk of ['{"a"', ':1}\n{"b":2}\n\n{"c', '":3}\n', 'rest']) take(chunk);
  expect(lines).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});
