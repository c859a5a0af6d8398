import { expect, describe as group, test } from 'vitest';
import { Problems, problem } from '../../errors/problem.ts';
import { plan } from '../plan.ts';
import { claw, memoryFiles, planOf, problemsOf, type World } from '../testing.ts';
import { readVariables } from '../variables/read.ts';

group('the runtime', () => {
  test.each<readonly [string, World]>([
    ['a positional argument', { runtime: 'openclaw' }],
    ['-e RUNTIME= after the image', { arguments: { RUNTIME: 'openclaw' } }],
    ['the environment', { env: { RUNTIME: 'openclaw' } }],
    ['the file', { yaml: 'runtime: openclaw' }],
    [
      'all of them alike',
      {
        runtime: 'openclaw',
        arguments: { RUNTIME: 'openclaw' },
        env: { RUNTIME: 'openclaw' },
        yaml: 'runtime: openclaw',
      },
    ],
  ])('is named by %s, and the plan is the same', async (_name, world) => {
    const made = await planOf(world);
    const plain = await planOf({ runtime: 'openclaw' });
    expect(made.runtime).toBe('openclaw');
    expect(made.hash).toBe(plain.hash);
  });

  test.each<readonly [string, World, string]>([
    [
      'argument and environment',
      { runtime: 'openclaw', env: { RUNTIME: 'zeroclaw' } },
      'openclaw (argument) and zeroclaw (variable RUNTIME)',
    ],
    [
      'argument and -e',
      { runtime: 'openclaw', arguments: { RUNTIME: 'zeroclaw' } },
      'openclaw (argument) and zeroclaw (argument -e RUNTIME)',
    ],
    [
      '-e and environment',
      { arguments: { RUNTIME: 'openclaw' }, env: { RUNTIME: 'zeroclaw' } },
      'openclaw (argument -e RUNTIME) and zeroclaw (variable RUNTIME)',
    ],
    [
      'environment and file',
      { env: { RUNTIME: 'openclaw' }, yaml: 'runtime: zeroclaw' },
      'openclaw (variable RUNTIME) and zeroclaw (clawden.yaml:1)',
    ],
  ])('named differently by %s is refused with 64', async (_name, world, text) => {
    const both = { ...world, image: { runtimes: ['openclaw', 'zeroclaw'] } };
    const problems = await problemsOf(both);
    expect(problems.map(({ code }) => code)).toEqual(['runtimes-disagree']);
    expect(problems[0]?.exit).toBe(64);
    expect(problems[0]?.message).toContain(text);
  });

  test('not named at all is refused with 64', async () => {
    expect((await problemsOf({})).map(({ code, exit }) => [code, exit])).toEqual([['no-runtime', 64]]);
  });

  test('is not missed when the file that may name it cannot be read', async () => {
    const problems = [problem('file-unreadable', { file: 'f', reason: 'EACCES', uid: 1 })];
    const made = plan({
      arguments: {},
      variables: readVariables({}, {}, memoryFiles()),
      problems,
      runtimes: [claw],
      image: { runtimes: ['openclaw'], tools: [], plugins: {} },
    });
    const error = await made.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Problems);
    expect((error as Problems).list).toEqual(problems);
  });

  test('that is known but not in this image is 69, and unknown 78', async () => {
    expect(
      (await problemsOf({ env: { RUNTIME: 'zeroclaw' } })).map(({ code, exit }) => [code, exit]),
    ).toEqual([['runtime-absent', 69]]);
    expect((await problemsOf({ env: { RUNTIME: 'nope' } })).map(({ code, exit }) => [code, exit])).toEqual([
      ['unknown-runtime', 78],
    ]);
  });
});
