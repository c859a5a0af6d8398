import { randomBytes } from 'node:crypto';
import type { Engine } from './engine.ts';
import type { Container } from './engine-records.ts';
import { onInterrupt } from './interrupt.ts';
import { query } from './query.ts';

/** Starts what follows with the runtime's environment and none of the container's secrets; the image's contract. */
const ENTER = '/opt/clawden/bin/enter';

/** What a program needs to know of the person's terminal. */
const personal = ['TERM', 'COLORTERM', 'NO_COLOR'] as const;

const SIGNAL_LIMIT = 10_000;

/** Docker Desktop ends an exec with advertising of its own. */
const quiet = new Map([['DOCKER_CLI_HINTS', 'false']]);

/** Runs a command, or a shell, in the instance on our own terminal or pipes; resolves with its exit code. */
export async function runInside(
  engine: Engine,
  { id }: Container,
  command: readonly string[],
  { environment, terminal }: { readonly environment: NodeJS.ProcessEnv; readonly terminal: boolean },
): Promise<number> {
  if (!terminal) return runWithPipes(engine, id, command, environment);
  const known = personal.filter((name) => environment[name] !== undefined);
  const argv = ['exec', '-it', ...known.flatMap((name) => ['--env', name]), id, ENTER, ...command];
  // The terminal is the command's: keys, Ctrl-C among them, go through the engine's command as they are.
  const release = onInterrupt(() => undefined);
  return engine.runAttached(argv, quiet).finally(release);
}

/**
 * Without a terminal no engine passes a signal on to what it runs inside (moby/moby#9098): Ctrl-C would end only the
 * engine's command here. So the command's pid is noted inside, and the signal is sent there.
 */
async function runWithPipes(
  engine: Engine,
  id: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const note = `/run/clawden/exec-${randomBytes(8).toString('hex')}`;
  let interrupted = 0;
  const release = onInterrupt((signal) => {
    interrupted = signal === 'SIGINT' ? 130 : 143;
    const argv = ['exec', id, ENTER, 'sh', '-c', PASS_ON, 'sh', signal.slice(3), note];
    passed = query(engine.binary, argv, { environment, limit: SIGNAL_LIMIT });
  });
  let passed: Promise<unknown> = Promise.resolve();
  const words = command.length > 0 ? command : ['bash'];
  const argv = ['exec', '-i', id, ENTER, 'sh', '-c', RUN_NOTED, 'sh', note, ...words];
  const code = await engine.runAttached(argv, quiet).finally(release);
  await passed;
  // Our own terminal sends Ctrl-C to the engine's command as well, which then knows no exit code.
  return interrupted !== 0 && code === 1 ? interrupted : code;
}

/**
 * Not by exec: the shell is left to take the note away, so it must outlive the signal, which the command gets as well.
 * What an engine starts inside leads a process group of its own.
 */
const RUN_NOTED =
  'note=$1; shift; trap : HUP INT TERM; echo $$ >"$note"; "$@"; code=$?; rm -f "$note"; exit $code';
const PASS_ON = 'kill -s "$1" -- "-$(cat "$2")"';
