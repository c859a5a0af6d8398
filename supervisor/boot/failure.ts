import { describe, Problems } from '../errors/problem.ts';
import { usage } from './arguments.ts';
import type { Container, Ending } from './container.ts';
import { presentRuntimes } from './image.ts';

/** Says every problem to the person who must mend it, and gives the ending with the code of the first to mend. */
export function failure(container: Container, step: string, error: unknown): Ending {
  if (error instanceof Problems) {
    // Who named nothing at all wants to know how: the usage first, so that the error stays in sight below it.
    if (error.list.some(({ code }) => code === 'no-runtime')) {
      container.output.complain(usage(presentRuntimes(container.places.opt).map(({ name }) => name)));
    }
    for (const problem of error.list) container.output.complain(describe(problem));
    const [first] = error.list;
    const more = error.list.length > 1 ? ` (and ${error.list.length - 1} more)` : '';
    return { kind: 'failed', code: error.exit, message: `${first?.message ?? step}${more}` };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    kind: 'failed',
    code: 70,
    message: `a fault of the supervisor while trying to ${step}: ${detail}`,
  };
}
