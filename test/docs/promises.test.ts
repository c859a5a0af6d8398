import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

test('every promise of docs/supervision.md names a test that is there', () => {
  const page = readFileSync(`${root}docs/supervision.md`, 'utf8');
  const rows = page
    .slice(page.indexOf('## Promises'), page.indexOf('## Logs and metrics'))
    .split('\n')
    .filter((line) => /^\| [^-]/.test(line) && !line.startsWith('| promise'));
  expect(rows.length).toBeGreaterThan(20);
  const missing = rows.flatMap((row) => {
    const tests = [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
    if (tests.length === 0) return [row];
    return tests.filter(
      (name) => !existsSync(`${root}test/${name}.test.ts`) && !existsSync(`${root}${name}.test.ts`),
    );
  });
  expect(missing).toEqual([]);
});
