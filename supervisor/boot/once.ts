import { exitCode } from '../process/exit.ts';
import { foreground } from '../process/terminal.ts';
import { type Container, must } from './container.ts';
import { spawnOnce } from './processes.ts';

/**
 * `IMAGE openclaw -- ARGS`: the runtime's own program once, with exactly these arguments and the person's stdio; no
 * restart. The model door stays open behind it. Ends the container with the program's exit code.
 */
export async function runOnce(container: Container, words: readonly string[]): Promise<void> {
  const rendered = must(container.rendered, 'render');
  const { serve } = must(container.runtime, 'runtime').descriptor.executable;
  const program = rendered.argv.slice(0, rendered.argv.length - serve.length);
  const terminal = foreground();
  const release = terminal?.yieldKeys();
  const child = spawnOnce(container, rendered, [...program, ...words]);
  container.forwardSignal = (signal) => {
    if (!terminal?.sends(signal)) child.passOn(signal);
  };
  const exit = await child.exited;
  release?.();
  if (exit.kind === 'failed')
    container.log.error('the program could not be started', { reason: exit.detail });
  container.end({ kind: 'finished', code: exitCode(exit) });
}
