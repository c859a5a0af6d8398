import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const said = (code: number | null, stdout: string, stderr = '') =>
  judge({ name: 'validate', code, stdout, stderr });

test('an accepted file is valid, its warnings are sentences', () => {
  const warnings = [{ path: 'channels.x', message: 'all DMs will be dropped' }, 'plain words'];
  expect(said(0, '{"valid":true,"path":"/x","warnings":[]}')).toEqual({ kind: 'valid', warnings: [] });
  expect(said(0, JSON.stringify({ valid: true, warnings }))).toEqual({
    kind: 'valid',
    warnings: ['channels.x: all DMs will be dropped', 'plain words'],
  });
});

test('a refused file is invalid with every path and message', () => {
  const issues = [{ path: 'gateway', message: 'Unrecognized key: "bogus"' }, { message: 'no path' }];
  expect(said(1, JSON.stringify({ ok: false, valid: false, issues }))).toEqual({
    kind: 'invalid',
    issues: [
      { path: 'gateway', message: 'Unrecognized key: "bogus"' },
      { path: '', message: 'no path' },
    ],
  });
});

test('words before the answer do not matter', () => {
  expect(said(0, 'a notice of the day\n{"valid":true}')).toEqual({ kind: 'valid', warnings: [] });
});

test.each([
  ['says nothing', 1, '', '', 'exit 1 without a word'],
  ['is killed', null, '', '', 'exit by signal without a word'],
  ['crashes', 1, '', 'TypeError: boom\n at x', 'TypeError: boom  at x'],
  ['prints half an answer', 0, '{"valid":tr', '', '{"valid":tr'],
  ['fails without issues', 1, '{"valid":false,"error":{"message":"cannot read"}}', '', 'cannot read'],
] as const)('a validator that %s is broken, never a verdict', (_name, code, stdout, stderr, detail) => {
  expect(said(code, stdout, stderr)).toEqual({ kind: 'broken', detail });
});

test('"valid" with a failing exit code is not believed', () => {
  expect(said(1, '{"valid":true}').kind).toBe('broken');
});
