import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const outcome = (stderr: string, code: number | null = 1) => ({
  name: 'model',
  code,
  stdout: 'banner',
  stderr,
});

test('what it loads is valid', () => {
  expect(judge(outcome('', 0))).toEqual({ kind: 'valid', warnings: [] });
});

// Words of `picoclaw model` of 0.3.1.
test.each([
  [
    'Error: failed to load config: config.json contains unknown field(s): agents.defaults.foo, hartbeat\n',
    ['agents.defaults.foo: this release has no such key', 'hartbeat: this release has no such key'],
  ],
  [
    'Error: failed to load config: config.json type error at line 5, column 17 for field "gateway.port": expected int but got string\n     5 |  "port": "x"\n          ^\n',
    ['gateway.port: expected int but got string'],
  ],
  [
    'Error: failed to load config: channel "room" has unknown type "matrx"\n',
    ['channel_list.room: has unknown type "matrx"'],
  ],
  ['Error: failed to load config: unsupported config version: 9\n', [': unsupported config version: 9']],
])('%j is taken apart', (stderr, expected) => {
  const verdict = judge(outcome(stderr));
  const issues = verdict.kind === 'invalid' ? verdict.issues : [];
  expect(issues.map(({ path, message }) => `${path}: ${message}`)).toEqual(expected);
});

test('an end of another kind is no verdict', () => {
  expect(judge(outcome('', null))).toEqual({ kind: 'broken', detail: 'banner' });
  expect(judge(outcome('Error: no such command\n', 2))).toMatchObject({ kind: 'broken' });
  expect(judge(outcome('panic: boom\n', 2))).toMatchObject({ kind: 'broken', detail: 'panic: boom' });
});
