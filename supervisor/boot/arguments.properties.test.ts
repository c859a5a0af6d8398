import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSecretName } from '../config/variables/known.ts';
import { catalogue } from '../errors/catalogue.ts';
import { describe as described, Problems } from '../errors/problem.ts';
import { type Arguments, parseArguments } from './arguments.ts';

type Boot = Extract<Arguments, { kind: 'boot' }>;

const anything = fc.string({ unit: 'binary', maxLength: 12 });
const plainName = fc
  .stringMatching(/^[A-Za-z_]\w{0,11}$/)
  .filter((name) => !isSecretName(name) && name !== '__proto__');
const secretName = fc
  .tuple(
    fc.stringMatching(/^[A-Z_]{0,6}$/),
    fc.constantFrom('TOKEN', 'KEY', 'SECRET', 'PASSWORD', 'api_key', 'CREDENTIALS'),
  )
  .map(([before, ending]) => `${before}${ending}`)
  .filter(isSecretName);
const variable = fc.tuple(plainName, anything);
const runtime = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((name) => name !== 'help');

/** Every spelling of one assignment. */
const spelled = ([name, value]: readonly [string, string]): fc.Arbitrary<string[]> =>
  fc.constantFrom(
    ['-e', `${name}=${value}`],
    ['--env', `${name}=${value}`],
    [`-e${name}=${value}`],
    [`-e=${name}=${value}`],
    [`--env=${name}=${value}`],
  );

function parsed(argv: readonly string[]): Arguments | Problems {
  try {
    return parseArguments(argv);
  } catch (error) {
    if (error instanceof Problems) return error;
    throw new Error(`not a problem: ${JSON.stringify(argv)}`, { cause: error });
  }
}

const word = fc.oneof(
  anything,
  fc.constantFrom(
    '-e',
    '--env',
    '-e=',
    '--env=',
    '--env-file',
    '--',
    '-',
    '',
    '--help',
    '-h',
    'help',
    '--version',
  ),
  runtime,
  variable.chain(spelled).chain((words) => fc.constantFrom(...words)),
);

test('any words are understood or refused with catalogued problems and 64', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      const answer = parsed(argv);
      if (!(answer instanceof Problems)) return;
      expect(answer.list.length).toBeGreaterThan(0);
      expect(answer.exit).toBe(64);
      for (const { code, message, fix } of answer.list) {
        expect(catalogue).toHaveProperty(code);
        expect(`${message}${fix}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }
    }),
    { numRuns: 2000 },
  );
});

test('runtime, variables in any spelling and the words after -- arrive as they were meant', () => {
  const command = fc.record({
    name: fc.option(runtime, { nil: undefined }),
    variables: fc.array(variable, { maxLength: 4 }),
    oneShot: fc.option(fc.array(anything, { maxLength: 4 }), { nil: undefined }),
    place: fc.nat(4),
  });
  const written = command.chain((meant) =>
    fc.tuple(...meant.variables.map(spelled)).map((groups) => ({ meant, groups: [...groups] as string[][] })),
  );
  fc.assert(
    fc.property(written, ({ meant: { name, variables, oneShot, place }, groups }) => {
      if (name !== undefined) groups.splice(place % (groups.length + 1), 0, [name]);
      const argv = [...groups.flat(), ...(oneShot ? ['--', ...oneShot] : [])];
      const answer = parseArguments(argv) as Boot;
      expect(answer.kind).toBe('boot');
      expect(answer.runtime).toBe(name);
      expect(answer.oneShot).toEqual(oneShot);
      expect({ ...answer.variables }).toEqual(Object.fromEntries(variables)); // the last one of a name wins
    }),
    { numRuns: 1000 },
  );
});

test('what stands before -- decides, whatever follows it', () => {
  fc.assert(
    fc.property(
      fc.array(
        word.filter((one) => one !== '--'),
        { maxLength: 5 },
      ),
      fc.array(word),
      (before, after) => {
        const alone = parsed(before);
        const both = parsed([...before, '--', ...after]);
        if (alone instanceof Problems) {
          expect((both as Problems).list).toEqual(alone.list);
        } else if (alone.kind === 'boot') expect(both).toEqual({ ...alone, oneShot: after });
        else expect(both).toEqual(alone);
      },
    ),
    { numRuns: 1000 },
  );
});

test('two different runtimes are refused wherever they stand, the same one twice is one', () => {
  fc.assert(
    fc.property(runtime, runtime, fc.array(variable, { maxLength: 3 }), (one, other, variables) => {
      const between = variables.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
      const answer = parsed([one, ...between, other]);
      if (one === other) expect(answer).toMatchObject({ runtime: one });
      else expect((answer as Problems).list.map(({ code }) => code)).toEqual(['runtimes-disagree']);
    }),
  );
});

test('the value of a secret is never taken and never repeated, in whatever spelling it comes', () => {
  // nothing that a message or a name could say by itself
  const value = fc.stringMatching(/^[ -~]{0,6}Zq~9[ -~]{0,12}$/);
  const written = fc
    .tuple(secretName, value)
    .chain(([name, text]) =>
      fc.tuple(
        fc.oneof(spelled([name, text]), fc.constant([`${name}=${text}`]), fc.constant([`--${name}=${text}`])),
      ),
    );
  fc.assert(
    fc.property(written, fc.array(variable.chain(spelled)), ([words], others) => {
      const answer = parsed([...others.flat(), ...words]);
      expect(answer).toBeInstanceOf(Problems);
      const { list, message } = answer as Problems;
      expect(list.map(described).join('\n') + message).not.toContain('Zq~9');
    }),
    { numRuns: 1000 },
  );
});
