import { expect, test } from 'vitest';
import { byReference } from './references.ts';

const from = (path: readonly (string | number)[], variable = 'MY_VAR') => ({ path, variable, secret: true });

test('a value from a variable becomes a reference, and goes into the environment under a name of ours', () => {
  const native = { hooks: { token: 'abc', other: 'literal' } };
  expect(byReference(native, [from(['hooks', 'token'], 'TELEGRAM_BOT_TOKEN')])).toEqual({
    native: { hooks: { token: `\${CLAWDEN_REF_TELEGRAM_BOT_TOKEN}`, other: 'literal' } },
    environment: { CLAWDEN_REF_TELEGRAM_BOT_TOKEN: 'abc' },
  });
  expect(native.hooks.token).toBe('abc');
});

test('one inside a list keeps its place', () => {
  const native = { list: ['a', { key: 'secret' }, 'c'] };
  expect(byReference(native, [from(['list', 1, 'key'])]).native).toEqual({
    list: ['a', { key: `\${CLAWDEN_REF_MY_VAR}` }, 'c'],
  });
});

test('odd characters of a name are spelled as a variable can be', () => {
  const { environment } = byReference({ a: 'x' }, [from(['a'], 'my-var.x')]);
  expect(environment).toEqual({ CLAWDEN_REF_MY_VAR_X: 'x' });
});

test('what is no string, or is not there, stays as it is', () => {
  const native = { number: 1 };
  expect(byReference(native, [from(['number']), from(['missing', 0])])).toEqual({ native, environment: {} });
});
