import { constants } from 'node:os';
import { beforeAll, expect, test } from 'vitest';
import type { Container, Ending } from '../../supervisor/boot/container.ts';
import { runOnce } from '../../supervisor/boot/once.ts';
import { twin } from './fixtures/build.ts';

let program: readonly string[];
beforeAll(() => {
  program = twin();
});

interface Outcome {
  readonly ending: Ending;
  readonly complaints: readonly unknown[];
}

/** The one-shot step of the boot with `argv` in the runtime's place. */
async function once(argv: readonly string[], words: readonly string[]): Promise<Outcome> {
  const end = Promise.withResolvers<Ending>();
  const complaints: unknown[] = [];
  const container = {
    rendered: { argv: [...argv, 'serve'], environment: {}, workingDirectory: '/' },
    runtime: { descriptor: { executable: { serve: ['serve'] }, environment: { never: [] } } },
    environment: { PATH: '/usr/bin:/bin' },
    places: { home: '/' },
    log: { error: (...said: readonly unknown[]) => complaints.push(said) },
    end: end.resolve,
  } as unknown as Container;
  await runOnce(container, words);
  return { ending: await end.promise, complaints };
}

test('each of the 256 exit codes of a program that runs once is the container’s', async () => {
  for (let from = 0; from < 256; from += 16) {
    const codes = Array.from({ length: 16 }, (_, index) => from + index);
    const outcomes = await Promise.all(codes.map((code) => once(program, ['exit', String(code)])));
    const expected = codes.map((code) => ({ ending: { kind: 'finished', code }, complaints: [] }));
    expect(outcomes).toEqual(expected);
  }
});

test('each signal that kills it becomes 128+n', async () => {
  const harmless = ['CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'WINCH'];
  const mild = new Set(harmless.map((name) => constants.signals[`SIG${name}` as NodeJS.Signals]));
  const deadly = Array.from({ length: 31 }, (_, index) => index + 1).filter((signal) => !mild.has(signal));
  expect(deadly).toHaveLength(23);
  const outcomes = await Promise.all(deadly.map((signal) => once(program, ['die', String(signal)])));
  expect(outcomes.map(({ ending }) => ending)).toEqual(
    deadly.map((signal) => ({ kind: 'finished', code: 128 + signal })),
  );
});

test.each([
  ['is missing', ['/no/such/program'], 127, 'ENOENT'],
  ['cannot be executed', ['/etc/passwd'], 126, 'EACCES'],
])('a program that %s ends it as a shell would, and the log says why', async (_what, argv, code, reason) => {
  const { ending, complaints } = await once(argv, ['x']);
  expect(ending).toEqual({ kind: 'finished', code });
  expect(JSON.stringify(complaints)).toContain(reason);
});
