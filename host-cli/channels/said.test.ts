import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { said } from './said.ts';
import { nothingTold, type Told } from './told.ts';

const colors = picocolors.createColors(false);
const native = (changes: Partial<Told>): Told => ({
  ...nothingTold,
  ...{ name: 'ops', serves: 'native', allowed: [], fromFile: [] },
  ...changes,
});
const ada = { owner: { id: '42', name: 'Ada' } };
const again = /the runtime starts again for that/;

test('a native channel is said to cost a start of the runtime where it does', () => {
  const allowed = { instance: 'work', before: native(ada), id: '43' };
  expect(said('allow', { ...allowed, channel: native({ ...ada, allowed: ['43'] }) }, colors)[0]).toMatch(
    again,
  );
  const reset = { instance: 'work', before: native(ada), channel: native({}), id: undefined };
  expect(said('reset', reset, colors)[0]).toMatch(again);
});

test.each([
  ['a new code for one that nobody had', 'reset', native({}), native({})],
  ['somebody who may talk already', 'allow', native(ada), native(ada)],
  [
    'one more where everyone may',
    'allow',
    native({ fromFile: ['*'] }),
    native({ fromFile: ['*'], allowed: ['42'] }),
  ],
] as const)('no start of the runtime is promised for %s', (_what, action, before, channel) => {
  expect(said(action, { instance: 'work', before, channel, id: '42' }, colors)[0]).not.toMatch(again);
});

test('a channel with a list in the file is not said to be closed by a reset', () => {
  const everyone = native({ fromFile: ['*'] });
  const changed = { instance: 'work', before: everyone, channel: everyone, id: undefined };
  expect(said('reset', changed, colors)).toEqual(['✔ everyone may talk on ops of work: allow_from says so']);
});
