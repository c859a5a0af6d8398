import { expect, test } from 'vitest';
import { isNever, readTold, sizeOf, takeOver } from './environment.ts';

const told = (text: string) => readTold(Buffer.from(text));

test('entries are ended by NUL and the whole by one more', () => {
  expect(told('A=1\0B=x=y\nz\0\0')).toEqual({
    kind: 'environment',
    entries: new Map([
      ['A', '1'],
      ['B', 'x=y\nz'],
    ]),
  });
  expect(told('\0')).toEqual({ kind: 'environment', entries: new Map() });
  expect(told('')).toEqual({ kind: 'nothing' });
});

test.each(['A=1', 'A=1\0', 'hello\nA=1\0\0', '=1\0\0', 'A\0\0', 'A=1\0\0B=1\0\0', '\0\0', 'A-B=1\0\0'])(
  '%j is garbage',
  (text) => {
    expect(told(text)).toEqual({ kind: 'garbage' });
  },
);

test('what bash sets for itself in every shell is no export', () => {
  const entries = new Map(['_', 'PWD', 'OLDPWD', 'SHLVL'].map((name) => [name, 'x']));
  expect(takeOver({}, entries, () => false)).toEqual({ taken: {}, refused: [] });
});

test.each([
  'LD_AUDIT',
  'NODE_OPTIONS',
  'BASH_FUNC_ls%%',
  'BASH_ENV',
  'SHELLOPTS',
  'CLAWDEN_X',
  'HOME',
  'PERL5OPT',
])('%s is no tool’s to set', (name) => {
  expect(isNever(name, () => false)).toBe(true);
});

test.each(['PATH', 'NODE_EXTRA_CA_CERTS', 'DISPLAY', 'GIT_CONFIG_GLOBAL', 'HTTP_PROXY', 'ENVOY', 'BASHFUL'])(
  '%s is',
  (name) => {
    expect(isNever(name, () => false)).toBe(false);
  },
);

test('sizes are in bytes, as the kernel counts them', () => {
  expect(sizeOf({ A: 'ä', BB: '' })).toEqual({ total: 9, longest: 5 });
  expect(sizeOf({})).toEqual({ total: 0, longest: 0 });
});
