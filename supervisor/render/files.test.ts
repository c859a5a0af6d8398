import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownFolder, removeRead, writeAtomically, writeFiles } from './files.ts';

/** `root` is the volume; `elsewhere` is what somebody wants to have written, or emptied, by us. */
let folder = '';
let root = '';
let elsewhere = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-files-'));
  root = join(folder, 'volume');
  elsewhere = join(folder, 'elsewhere');
  mkdirSync(root);
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'note.json'), 'precious');
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string): void => writeAtomically(join(root, path), 'ours', 0o600, root);
const untouched = (): void => {
  expect(readdirSync(elsewhere)).toEqual(['note.json']);
  expect(readFileSync(join(elsewhere, 'note.json'), 'utf8')).toBe('precious');
};

describe('a file of ours lands in its place and nowhere else', () => {
  test.each(['.clawden', '.clawden/post-mortem'])('when %s is a symlink to another folder', (planted) => {
    mkdirSync(dirname(join(root, planted)), { recursive: true });
    symlinkSync(elsewhere, join(root, planted));
    write('.clawden/post-mortem/one.json');
    untouched();
    expect(readFileSync(join(root, '.clawden/post-mortem/one.json'), 'utf8')).toBe('ours');
    expect(lstatSync(join(root, planted)).isDirectory()).toBe(true);
  });

  test.each<[string, (place: string) => void]>([
    ['a symlink to a file', (place) => symlinkSync(join(elsewhere, 'note.json'), place)],
    ['a symlink to nowhere', (place) => symlinkSync(join(elsewhere, 'made-by-us'), place)],
    ['a symlink to a folder', (place) => symlinkSync(elsewhere, place)],
    ['a folder with something in it', (place) => mkdirSync(join(place, 'deep'), { recursive: true })],
    ['a file', (place) => writeFileSync(place, 'theirs', { mode: 0o666 })],
  ])('when %s is in its place, or in that of its temporary copy', (_what, plant) => {
    plant(join(root, 'one.json'));
    plant(join(root, `one.json.${process.pid}.tmp`));
    write('one.json');
    untouched();
    expect(readdirSync(root)).toEqual(['one.json']);
    expect(readFileSync(join(root, 'one.json'), 'utf8')).toBe('ours');
    expect(statSync(join(root, 'one.json')).mode & 0o777).toBe(0o600);
  });

  test('which a plain write does not: this test can fail', () => {
    symlinkSync(join(elsewhere, 'note.json'), join(root, 'one.json'));
    writeFileSync(join(root, 'one.json'), 'ours', { mode: 0o600 });
    expect(() => untouched()).toThrow();
  });
});

test('files and folders of ours are private whatever the umask', () => {
  const before = process.umask(0);
  try {
    write('a/b/one.json');
    writeFileSync(join(root, 'plain'), '');
  } finally {
    process.umask(before);
  }
  const mode = (path: string): number => statSync(join(root, path)).mode & 0o777;
  expect(['a', 'a/b', 'a/b/one.json', 'plain'].map(mode)).toEqual([0o700, 0o700, 0o600, 0o666]);
});

test('a folder that is one already keeps what is in it', () => {
  mkdirSync(join(root, 'a'));
  writeFileSync(join(root, 'a/kept'), '');
  ownFolder(join(root, 'a/b'), root);
  expect(readdirSync(join(root, 'a')).sort()).toEqual(['b', 'kept']);
});

test('a render that names a file outside its folders is refused before anything is written', () => {
  for (const path of ['/etc/x', `${root}-other/x`, join(root, '../x'), `${root}/../x`, `${root}/a/../../x`]) {
    expect(() => writeFiles([{ path, mode: 0o600, content: '' }], [root]), path).toThrow('lies outside');
    expect(existsSync(path)).toBe(false);
  }
});

test('what a runtime reads once is private, and gone when it was read; the rest stays', () => {
  const files = [
    { path: join(root, 'token'), mode: 0o600, content: 'secret', readOnce: true },
    { path: join(root, 'config.json'), mode: 0o600, content: '{}' },
  ] as const;
  writeFiles(files, [root]);
  expect(statSync(files[0].path).mode & 0o777).toBe(0o600);
  removeRead(files);
  // A start may be told twice that it is over.
  removeRead(files);
  expect(files.map(({ path }) => existsSync(path))).toEqual([false, true]);
});
