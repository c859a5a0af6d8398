import { isatty } from 'node:tty';
import { createCounters } from '../http/metrics.ts';
import { readMemory } from '../supervise/cgroup.ts';
import { systemClock } from '../supervise/clock.ts';
import { writeTerminationLog } from '../supervise/postmortem.ts';
import { parseArguments, usage } from './arguments.ts';
import { type Ending, places } from './container.ts';
import { failure } from './failure.ts';
import { presentRuntimes } from './image.ts';
import { createLog } from './log.ts';
import { createOutput } from './output.ts';
import { bootSteps, type Starting } from './steps.ts';
import { tearDown } from './teardown.ts';
import { createTurns } from './turns.ts';
import { version } from './version.ts';

export interface EarlySignals {
  /** Signals that came before anybody could act on them. */
  readonly early: readonly NodeJS.Signals[];
  readonly remember: (signal: NodeJS.Signals) => void;
}

/** Boots, waits for the end, tears down and exits with the code that says why. */
export async function boot({ early, remember }: EarlySignals): Promise<void> {
  const container = createContainer();
  if (answerAtOnce(container)) return;
  const stop = (signal: NodeJS.Signals): void => {
    if (container.forwardSignal) container.forwardSignal(signal);
    else container.end({ kind: 'asked', signal });
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    process.on(signal, stop);
    process.off(signal, remember);
  }
  process.on('SIGHUP', (signal) => {
    if (container.forwardSignal) container.forwardSignal(signal);
    else container.log.info('SIGHUP is ignored; a new configuration takes a new container');
  });
  // Not SIGUSR1: node keeps it blocked under --disable-sigusr1, so that nobody can open its inspector.
  for (const signal of ['SIGUSR2', 'SIGALRM', 'SIGCONT', 'SIGWINCH'] as const) {
    process.on(signal, () => container.forwardSignal?.(signal));
  }
  for (const signal of early) stop(signal);
  // A fault of ours: the runtime still gets its orderly stop, and the engine sees a code.
  process.on('uncaughtException', (error) => {
    container.end({
      kind: 'failed',
      code: 70,
      message: `a fault of the supervisor: ${error.stack ?? error.message}`,
    });
  });

  const ended = container.ended;
  void run(container);
  const ending = await ended;
  if (ending.kind === 'asked') container.log.info('stopping as asked', { signal: ending.signal });
  const code = await tearDown(container, ending);
  lastLine(container, ending, code);
  await container.output.flush(2_000);
  process.exit(code);
}

async function run(container: Starting): Promise<void> {
  let ended = false;
  void container.ended.then(() => {
    ended = true;
  });
  for (const step of bootSteps) {
    // A stop that comes while the boot is at work ends it at the next step.
    if (ended) return;
    try {
      await step.run(container);
    } catch (error) {
      return container.end(failure(container, step.name, error));
    }
  }
}

function lastLine(container: Starting, ending: Ending, code: number): void {
  switch (ending.kind) {
    case 'asked':
      return code === 137
        ? container.log.warn('stopped as asked, but the runtime had to be killed', { code })
        : container.log.info('stopped as asked', { code });
    case 'finished':
      return container.log.debug('the program ended', { code });
    case 'failed':
      writeTerminationLog(`${ending.message}\n`);
      return container.log.error(ending.message, { code });
    default: {
      const never: never = ending;
      return never;
    }
  }
}

/** Help and version need no container; wrong usage teaches. */
function answerAtOnce(container: Starting): boolean {
  try {
    const parsed = parseArguments(container.argv);
    if (parsed.kind === 'boot') return false;
    const known = presentRuntimes(container.places.opt).map(({ name }) => name);
    container.output.line(parsed.kind === 'help' ? usage(known) : `clawden-runtime ${container.version}`);
    void container.output.flush(2_000).then(() => process.exit(0));
    return true;
  } catch {
    // Reported by the boot's first step, together with its exit code.
    return false;
  }
}

function createContainer(): Starting {
  const end = Promise.withResolvers<Ending>();
  // A one-shot program has stdout for itself.
  const fd = process.argv.includes('--') ? 2 : 1;
  const output = createOutput(fd);
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    version,
    identity: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      groups: process.getgroups?.() ?? [],
    },
    places,
    clock: systemClock,
    began: systemClock.now(),
    log: createLog({
      level: 'info',
      pretty: isatty(fd),
      write: (line) => output.line(line),
    }),
    output,
    memory: () => readMemory(places.cgroup),
    end: end.resolve,
    ended: end.promise,
    phase: 'booting',
    zombies: () => 0,
    counters: createCounters(),
    checks: new Map(),
    traffic: new Map(),
    turns: createTurns(systemClock),
  };
}
