import type { Engine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import { stopGently } from '../stopping.ts';
import type { Ui } from '../ui.ts';

export interface Manner {
  /** At once, without waiting for turns in flight. */
  readonly kill: boolean;
  readonly ui: Ui;
}

/** Ends those that run, all at the same time. Ctrl-C ends the waiting; what was asked to stop stops all the same. */
export async function endAll(
  engine: Engine,
  containers: readonly Container[],
  manner: Manner,
): Promise<void> {
  const running = containers.filter((container) => container.running);
  if (manner.kill) {
    await Promise.all(running.map(({ id }) => engine.kill(id)));
    return;
  }
  const board = manner.ui.board();
  const given = new AbortController();
  const release = onInterrupt(() => given.abort());
  try {
    const outcomes = await Promise.allSettled(
      running.map(async (container) => {
        await stopGently(engine, container, board.line(container.instance), given.signal);
        board.settle(container.instance, true);
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  } finally {
    board.end();
    release();
  }
  if (given.signal.aborted) throw new CliError('stop-interrupted');
}

/** How a container has ended, after "openclaw". */
export function ending({ running }: Container, kill: boolean, code: number): string {
  if (!running) return `had ended already with code ${code}`;
  if (kill) return 'is killed';
  return code === 137
    ? 'did not end in time and was killed'
    : `is stopped${code === 0 ? '' : ` (exit code ${code})`}`;
}
