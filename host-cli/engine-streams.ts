import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { labels } from './engine-records.ts';

/** What a running engine command prints, stdout and stderr in one stream. */
export interface EngineStream {
  readonly stream: Readable;
  /** False when the command failed; its words are then in the stream. */
  readonly done: Promise<boolean>;
  stop(): void;
}

export interface EngineStreams {
  /** A container's log: `<RFC 3339 time with nanoseconds> <text>` lines, stdout and stderr in the order written. */
  timedLog(id: string, argv: readonly string[]): EngineStream;
  /** Some text for each start of a container of the project; the last ten seconds' are told again. */
  starts(project: string): EngineStream;
}

export function engineStreams(binary: string, environment: NodeJS.ProcessEnv): EngineStreams {
  return {
    timedLog: (id, argv) => open(binary, ['logs', '--timestamps', ...argv, id], environment),
    starts: (project) => {
      const filters = ['type=container', 'event=start', `label=${labels.project}=${project}`];
      const argv = ['events', '--since', '10s', ...filters.flatMap((filter) => ['--filter', filter])];
      return open(binary, argv, environment);
    },
  };
}

// Two pipes would lose the order: the engine's command writes both in the order of the log, so one pipe keeps it.
const ONE_PIPE = 'exec "$0" "$@" 2>&1';

function open(binary: string, argv: readonly string[], environment: NodeJS.ProcessEnv): EngineStream {
  const windows = process.platform === 'win32';
  const [command, words] = windows ? [binary, argv] : ['sh', ['-c', ONE_PIPE, binary, ...argv]];
  // Not detached: whatever ends us (a closed pipe, a signal) ends it too.
  const child = execa(command, words, {
    reject: false,
    stdin: 'ignore',
    buffer: false,
    all: true,
    encoding: 'buffer',
    extendEnv: false,
    env: environment,
  });
  return {
    stream: windows ? child.all : child.stdout,
    done: child.then(({ exitCode }) => exitCode === 0),
    stop: () => void child.kill('SIGTERM'),
  };
}
