import { createInterface } from 'node:readline';
import type { Engine, LogStream } from './engine.ts';
import { readableLine } from './log-lines.ts';
import type { Ui } from './ui.ts';

/** Passes a container's log on: as it is, or for people on a terminal. */
export function follow(engine: Engine, id: string, argv: readonly string[], ui: Ui): LogStream {
  if (!ui.stdoutIsTerminal) return engine.logs(id, argv, 'inherit');
  const log = engine.logs(id, argv, 'pipe');
  const printed = log.streams.map((input) => {
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (line) => ui.print(readableLine(line, ui.colors)));
    return new Promise<void>((resolve) => lines.once('close', resolve));
  });
  return { ...log, done: Promise.all(printed).then(() => log.done) };
}
