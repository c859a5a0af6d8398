import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundledPackages, licences } from './licences.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clawden-licences-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function installed(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', license: 'ISC' }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

it('the packages of a bundle are those of which code is left in it, nested ones too', () => {
  const inputs = (paths: Readonly<Record<string, number>>) => ({
    inputs: Object.fromEntries(
      Object.entries(paths).map(([path, bytesInOutput]) => [path, { bytesInOutput }]),
    ),
  });
  const outputs = {
    'a.mjs': inputs({
      'host-cli/main.ts': 9,
      'node_modules/@scope/one/index.js': 5,
      'node_modules/gone/x.js': 0,
    }),
    'b.mjs': inputs({
      '../main/node_modules/two/node_modules/three/lib/x.js': 1,
      'node_modules/@scope/one/b.js': 2,
    }),
  };
  expect(bundledPackages({ outputs })).toEqual([
    '../main/node_modules/two/node_modules/three',
    'node_modules/@scope/one',
  ]);
});

it('each package passes its licence and its notice on', () => {
  const text = licences([
    installed('one', { LICENSE: 'You may.', 'NOTICE.md': 'By us.', 'license-checker.js': 'x' }),
  ]);
  expect(text).toContain('one 1.2.3 (ISC)\n\nYou may.\n\nBy us.\n');
});

it('a package without a licence text cannot be shipped', () => {
  const folder = installed('bare', { 'NOTICE.txt': 'By us.', 'README.md': 'MIT' });
  expect(() => licences([folder])).toThrow(
    `bare 1.2.3 is in the bundle, and ${folder} holds no licence text`,
  );
});
