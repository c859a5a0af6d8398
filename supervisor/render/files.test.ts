import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeRead, writeFiles } from './files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-render-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what a runtime reads once is private, and gone when it was read; the rest stays', () => {
  const files = [
    { path: join(folder, 'token'), mode: 0o600, content: 'secret', readOnce: true },
    { path: join(folder, 'config.json'), mode: 0o600, content: '{}' },
  ] as const;
  writeFiles(files);
  expect(statSync(files[0].path).mode & 0o777).toBe(0o600);
  removeRead(files);
  // A start may be told twice that it is over.
  removeRead(files);
  expect(files.map(({ path }) => existsSync(path))).toEqual([false, true]);
});
