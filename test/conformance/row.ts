import type { Runtime } from '../../runtimes/contract.ts';
import type { Bench } from './bench.ts';
import type { Program } from './program.ts';
import type { Subject } from './subject.ts';

/** One promise that every runtime is held to. */
export interface Row {
  readonly id: string;
  /** Group in the table. */
  readonly group: string;
  /** A sentence that a user would say. */
  readonly title: string;
  /** Throws when the promise is broken; what it returns stands beside the row, such as a figure. */
  readonly check: (context: Context) => Promise<string>;
}

export interface Context {
  readonly subject: Subject;
  readonly runtime: Runtime;
  readonly program: Program;
  readonly bench: Bench;
}

export interface Result {
  readonly id: string;
  readonly state: 'passed' | 'failed' | 'not-applicable';
  readonly note: string;
  readonly seconds: number;
}

/** Thrown by a row that this runtime has no use for; the reason stands in the table. */
export class NotApplicable extends Error {}

/** Runs one row; never throws. */
export async function runRow(row: Row, context: Context): Promise<Result> {
  const began = performance.now();
  const result = (state: Result['state'], note: string): Result => ({
    id: row.id,
    state,
    note,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });
  try {
    return result('passed', await row.check(context));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof NotApplicable ? result('not-applicable', message) : result('failed', message);
  }
}

/** Breaks the row with a sentence. */
export function demand(held: boolean, otherwise: string): asserts held {
  if (!held) throw new Error(otherwise);
}
