import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import { realProgram, twinProgram } from './program.ts';
import { type Context, runRow } from './row.ts';
import { rows } from './rows.ts';
import { subjectNamed } from './subject.ts';

/** The whole suite as tests: on the real program where the image under test has it, else on the twin. */
export function suite(name: string): void {
  describe(`conformance of ${name}`, () => {
    let context: Context | undefined;
    let bench: Bench | undefined;
    beforeAll(async () => {
      const { subject, runtime } = await subjectNamed(name);
      const program = subject.twin ? twinProgram(subject, runtime) : realProgram();
      bench = await openBench(name, runtime.descriptor.defaultPort, program);
      context = { subject, runtime, program, bench };
    });
    afterAll(async () => {
      await bench?.[Symbol.asyncDispose]();
      context?.program[Symbol.dispose]();
    });
    it.each(rows.map((row) => [row.group, row.title, row] as const))(
      '%s: %s',
      async (_group, _title, row) => {
        if (!context) throw new Error('the suite did not start');
        const { state, note } = await runRow(row, context);
        expect(state, note).not.toBe('failed');
      },
    );
  });
}
