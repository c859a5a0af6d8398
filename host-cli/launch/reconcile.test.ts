import { describe, expect, it } from 'vitest';
import type { Container } from '../engine-records.ts';
import { type Existing, reconcile, type Wanted, type Wishes } from './reconcile.ts';

type Kept = Partial<Container> & Pick<Container, 'instance'>;
const container = (more: Kept): Container =>
  ({
    id: `id-${more.instance}`,
    settings: 'same',
    running: true,
    port: 1,
    accounts: [],
    ...more,
  }) as Container;
const wanted = (instance: string, more: Partial<Wanted> = {}): Wanted => ({
  instance,
  hash: 'same',
  accounts: [],
  port: undefined,
  workspace: `/p/workspace/${instance}`,
  ...more,
});
const decide = (
  wishes: readonly Wanted[],
  containers: readonly Container[],
  more: Partial<Existing & Wishes> = {},
): ReturnType<typeof reconcile> => {
  const declared = wishes.map(({ instance }) => instance);
  const { holders = [], removeOrphans = false } = more;
  return reconcile(wishes, { containers, holders }, { declared: more.declared ?? declared, removeOrphans });
};
const kinds = (...args: Parameters<typeof decide>): string[] => decide(...args).steps.map(({ kind }) => kind);

describe('what up does with an instance', () => {
  it.each<[string, Kept | undefined]>([
    ['create', undefined],
    ['keep', { instance: 'a' }],
    ['wake', { instance: 'a', running: false, port: undefined }],
    ['replace', { instance: 'a', settings: 'other' }],
    ['replace', { instance: 'a', settings: 'other', running: false }],
    ['replace', { instance: 'a', port: undefined }],
  ])('%s: its container is %o', (kind, existing) => {
    expect(kinds([wanted('a')], existing ? [container(existing)] : [])).toEqual([kind]);
  });

  it('takes the running one of two, and removes the other', () => {
    const two = [
      container({ instance: 'a', id: 'old', running: false }),
      container({ instance: 'a', id: 'new' }),
    ];
    const { steps, remove } = decide([wanted('a')], two);
    expect(steps).toMatchObject([{ kind: 'keep', container: { id: 'new' } }]);
    expect(remove).toMatchObject([{ id: 'old' }]);
  });
});

describe('instances that are gone from the file', () => {
  const all = [container({ instance: 'a' }), container({ instance: 'gone' })];

  it('are left and named', () => {
    expect(decide([wanted('a')], all)).toMatchObject({ remove: [], leave: [{ instance: 'gone' }] });
  });

  it('are removed when asked to', () => {
    expect(decide([wanted('a')], all, { removeOrphans: true })).toMatchObject({
      remove: [{ instance: 'gone' }],
      leave: [],
    });
  });

  it('are not those that were only not named', () => {
    expect(decide([wanted('a')], all, { declared: ['a', 'gone'] })).toMatchObject({ remove: [], leave: [] });
  });
});

describe('one token, one instance', () => {
  const telegram = 'telegram:0123456789ab';
  const holding = (more: Kept): Container => container({ accounts: ['slack:0', telegram], ...more });

  it('is held by a container of another project', () => {
    const holder = holding({ instance: 'a', id: 'elsewhere' });
    const { conflicts } = decide([wanted('a', { accounts: [telegram] })], [], { holders: [holder] });
    expect(conflicts).toEqual([{ instance: 'a', type: 'telegram', holder }]);
  });

  it('is no conflict with its own container, nor of one that runs already', () => {
    const own = holding({ instance: 'a', settings: 'other' });
    const accounts = [telegram];
    expect(decide([wanted('a', { accounts })], [own], { holders: [own] }).conflicts).toEqual([]);
    const kept = holding({ instance: 'a' });
    const foreign = holding({ instance: 'b', id: 'elsewhere' });
    expect(decide([wanted('a', { accounts })], [kept], { holders: [kept, foreign] }).conflicts).toEqual([]);
  });

  it('moves once the old holder has stopped, in both directions at once too', () => {
    const a = holding({ instance: 'a', settings: 'other', accounts: ['telegram:1'] });
    const b = holding({ instance: 'b', settings: 'other', accounts: ['telegram:2'] });
    const swapped = [wanted('a', { accounts: ['telegram:2'] }), wanted('b', { accounts: ['telegram:1'] })];
    const { steps, conflicts } = decide(swapped, [a, b], { holders: [a, b] });
    expect(conflicts).toEqual([]);
    expect(steps).toMatchObject([
      { kind: 'replace', after: ['id-b'] },
      { kind: 'replace', after: ['id-a'] },
    ]);
  });

  it('moves from an orphan only when orphans are removed', () => {
    const orphan = holding({ instance: 'gone' });
    const next = [wanted('a', { accounts: [telegram] })];
    expect(decide(next, [orphan], { holders: [orphan] }).conflicts).toHaveLength(1);
    const removing = decide(next, [orphan], { holders: [orphan], removeOrphans: true });
    expect(removing).toMatchObject({ conflicts: [], steps: [{ kind: 'create', after: ['id-gone'] }] });
  });
});

it('a port that is written waits for the one that gives it up', () => {
  const before = container({ instance: 'a', settings: 'other', binding: { inside: 1, host: 5000 } });
  const { steps } = decide([wanted('a'), wanted('b', { port: 5000 })], [before]);
  expect(steps).toMatchObject([
    { kind: 'replace', after: [] },
    { kind: 'create', after: ['id-a'] },
  ]);
});

describe('a workspace in that of another one', () => {
  const around = { instance: 'a', workspace: '/p/workspace' };

  it('waits until the one around it has moved', () => {
    const { steps, nested } = decide(
      [wanted('a'), wanted('b')],
      [container({ ...around, settings: 'other' })],
    );
    expect(nested).toEqual([]);
    expect(steps).toMatchObject([
      { kind: 'replace', after: [] },
      { kind: 'create', after: ['id-a'] },
    ]);
  });

  it.each<[string, Partial<Existing & Wishes>]>([
    ['there', { declared: ['a', 'b'] }],
    ['orphan', {}],
    ['there', { holders: [container({ ...around, id: 'elsewhere' })] }],
  ])('is none that may be: %s', (as, more) => {
    const containers = more.holders ? [] : [container({ ...around, running: false })];
    const { nested } = decide([wanted('b')], containers, more);
    expect(nested).toMatchObject([
      { instance: 'b', workspace: '/p/workspace/b', other: { instance: 'a' }, as },
    ]);
  });

  it('is told of two in one file; the same folder, or a name that begins alike, is no such thing', () => {
    const two = (workspace: string): ReturnType<typeof decide>['nested'] =>
      decide([wanted('a', { workspace: '/p/one' }), wanted('b', { workspace })], []).nested;
    expect(two('/p/one/b')).toMatchObject([{ instance: 'a', other: { instance: 'b' }, as: 'declared' }]);
    expect([...two('/p/one'), ...two('/p/one-b')]).toEqual([]);
  });
});
