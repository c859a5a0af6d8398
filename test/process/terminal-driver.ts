import { exitCode } from '../../supervisor/process/exit.ts';
import { type StartOptions, start } from '../../supervisor/process/spawn.ts';
import { foreground } from '../../supervisor/process/terminal.ts';

/** Runs a program in the foreground, as the supervisor does with `IMAGE openclaw -- ARGS` on a terminal. */
const front = foreground();
const release = front?.yieldKeys();
const child = start({
  argv: process.argv.slice(2) as unknown as StartOptions['argv'],
  env: { PATH: '/usr/bin:/bin', TERM: 'dumb', PS1: 'ready> ' },
  cwd: '/',
  ...(front?.start ?? { stdin: 'ignore' }),
});
void child.exited.then((exit) => {
  release?.();
  process.stdout.write(
    `terminal ${front !== null}, supervisor lives, child ended with ${exitCode(exit)}\n`,
    () => process.exit(exitCode(exit)),
  );
});
