import { expect, describe as group, test } from 'vitest';
import { describe } from '../errors/problem.ts';
import { findConfigFile, findDefaults } from './files.ts';
import { memoryFiles } from './testing.ts';
import { readVariables } from './variables/read.ts';

group('the configuration file', () => {
  const find = (env: Record<string, string>, files: Record<string, string>) =>
    findConfigFile(readVariables(env, {}, memoryFiles(files)), memoryFiles(files), 10_000);

  test('is optional at its usual place', () => {
    expect(find({}, {})).toEqual({ problems: [] });
    expect(find({}, { '/etc/clawden/clawden.yaml': 'a: 1' })).toEqual({
      file: { path: 'clawden.yaml', text: 'a: 1' },
      problems: [],
    });
  });

  test('must be there where CLAWDEN_CONFIG says so', () => {
    expect(find({ CLAWDEN_CONFIG: '/c.yaml' }, { '/c.yaml': 'a: 1' }).file).toEqual({
      path: '/c.yaml',
      text: 'a: 1',
    });
    expect(find({ CLAWDEN_CONFIG: '/c.yaml' }, {}).problems.map(({ code }) => code)).toEqual([
      'file-unreadable',
    ]);
  });

  test('that cannot be read is an error', () => {
    expect(find({}, { '/etc/clawden/clawden.yaml': '!EACCES' }).problems.map(describe)).toEqual([
      '/etc/clawden/clawden.yaml cannot be read (EACCES)  [file-unreadable]\n  → mount it readable for uid 10000: chmod a+r',
    ]);
  });
});

group('the site defaults', () => {
  const path = '/etc/clawden/defaults.toml';
  const find = (text: string) => findDefaults(memoryFiles({ [path]: text }), 10_000);

  test('are none where the file is missing, or holds comments only', () => {
    for (const text of ['', '# tools = []\n\n  # more\r\n', '#'.repeat(100_000)])
      expect(find(text)).toEqual({ problems: [] });
    expect(findDefaults(memoryFiles(), 10_000)).toEqual({ problems: [] });
    expect(find('# ours\ntools = []\n').file).toEqual({ path, text: '# ours\ntools = []\n' });
  });
});
