import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFailureFiles } from './failure-files.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-failure-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what a runtime wrote of its end is read, file after file', () => {
  writeFileSync(at('panic.log'), 'Error: port is taken\n\n');
  writeFileSync(at('other.log'), 'second\n');
  expect(readFailureFiles([at('panic.log'), at('missing.log'), at('other.log')])).toEqual([
    'Error: port is taken',
    'second',
  ]);
});

test('of a long panic the reason and the last lines stay', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  writeFileSync(at('panic.log'), lines.join('\n'));
  const kept = readFailureFiles([at('panic.log')]);
  expect(kept.length).toBe(21);
  expect([kept[0], kept[8], kept.at(-1)]).toEqual(['line 0', '…', 'line 99']);
});

test('a planted link, a folder or a fifo says nothing and stops nothing', () => {
  writeFileSync(at('secret'), 'not for the post-mortem');
  symlinkSync(at('secret'), at('link'));
  execFileSync('mkfifo', [at('fifo')]);
  expect(readFailureFiles([at('link'), at('fifo'), folder])).toEqual([]);
});
