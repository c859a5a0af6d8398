import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../fixtures/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-half-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `ulimit -f` cuts a write as a disk that fills up does: a part is written without an error, the next one fails. */
function write(path: string, bytes: number): string {
  const line = 'ulimit -f 8; exec "$0" "$@"';
  const words = ['-c', line, process.execPath, bundle('faults/write-driver.ts'), path, String(bytes)];
  return execFileSync('/bin/sh', words, { encoding: 'utf8' }).trim();
}

test('a file that does not fit leaves the old one whole and nothing beside it', () => {
  const path = join(folder, 'config.json');
  writeFileSync(path, 'old');
  expect(write(path, 2000)).toBe('written');
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(2000));
  expect(write(path, 10_000)).toBe('EFBIG');
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(2000));
  expect(readdirSync(folder)).toEqual(['config.json']);
});
