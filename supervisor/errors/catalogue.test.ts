import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CatalogueEntry, catalogue, exitCodes } from './catalogue.ts';

const root = join(import.meta.dirname, '../..');
const sources = ['supervisor', 'runtimes', 'host-cli'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|node_modules|catalogue\.ts$/.test(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

test('every code in the catalogue can happen: something in the source names it', () => {
  const unused = Object.keys(catalogue).filter((code) => !sources.some((text) => text.includes(`'${code}'`)));
  expect(unused).toEqual([]);
});

test('every code the source gives a problem is in the catalogue', () => {
  const given = sources.flatMap((text) =>
    [...text.matchAll(/\b(?:problem|placed)\(\s*'([a-z-]+)'|\breport\(\s*\w+,\s*'([a-z-]+)'/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    ),
  );
  expect(given.length).toBeGreaterThan(30);
  expect(given.filter((code) => !(code in catalogue))).toEqual([]);
});

test.each(Object.entries<CatalogueEntry>(catalogue))(
  '%s says what happened and what to do',
  (code, entry) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(entry.message.length).toBeGreaterThan(5);
    expect(entry.fix).not.toBe('');
    expect(exitCodes[entry.exit]).toBeDefined();
  },
);

test('every exit code has one meaning', () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
