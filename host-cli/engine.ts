import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { engineFailure, engineMissing, isAbsent, isGone } from './engine-failures.ts';
import {
  type Container,
  type Image,
  LISTING,
  type ListedPort,
  labels,
  parseContainers,
  parseImage,
  parseListing,
} from './engine-records.ts';
import { type EngineStreams, engineStreams } from './engine-streams.ts';
import { type IdMapping, idMapping } from './id-mapping.ts';
import { checkout } from './program.ts';

export type RunOutcome =
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'refused'; readonly stderr: string };

export type Finished = { readonly ok: boolean; readonly stdout: string; readonly stderr: string };

export interface LogStream {
  readonly streams: readonly Readable[];
  /** Resolves when the log has ended; false when the engine could not give it. */
  readonly done: Promise<boolean>;
  stop(): void;
}

/** The engine's command line; nothing else in the command knows its arguments or its texts. */
export interface Engine extends EngineStreams {
  readonly binary: string;
  /** podman before 4.7 refuses `host-gateway` and adds a name of its own. */
  isPodman(): Promise<boolean>;
  /** Who the users of its containers are on this machine. */
  idMapping(): Promise<IdMapping>;
  /** All of a project. `early` is told each one that runs and has a port, before the engine is asked for the rest. */
  containers(project: string, early?: (running: ListedPort) => void): Promise<readonly Container[]>;
  /** Running containers of all projects that hold an account of a platform. */
  holders(): Promise<readonly Container[]>;
  container(id: string): Promise<Container | undefined>;
  image(reference: string): Promise<Image | undefined>;
  /** Pulls with the engine's own progress on our stderr. */
  pull(reference: string): Promise<Finished>;
  /** `docker run` with these arguments; `variables` join the command's environment. */
  run(argv: readonly string[], variables: ReadonlyMap<string, string>): Promise<RunOutcome>;
  /** The same with our own stdin, stdout and stderr; resolves with the exit code. */
  runAttached(argv: readonly string[], variables: ReadonlyMap<string, string>): Promise<number>;
  /** Starts a container that has ended. */
  start(id: string): Promise<Finished>;
  /** What the engine does when the container ends by itself. */
  setRestart(id: string, policy: string): Promise<void>;
  /** With the stop timeout that the container was made with. The signal ends our waiting, not the stop. */
  stop(id: string, signal?: AbortSignal): Promise<void>;
  kill(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Exit code, once the container has ended. */
  wait(id: string, signal: AbortSignal): Promise<number | undefined>;
  /** The last lines, stdout and stderr in order. */
  tail(id: string, lines: number): Promise<string>;
  /** The log straight to our own stdout and stderr, or as streams to read. */
  logs(id: string, argv: readonly string[], stdio: 'inherit' | 'pipe'): LogStream;
  /** Volumes whose name begins so. */
  volumes(prefix: string): Promise<readonly string[]>;
  removeVolume(name: string): Promise<void>;
  failure(action: string, stderr: string): Error;
}

/** Finds the engine's command: CLAWDEN_ENGINE, else docker, else podman. */
export function openEngine(environment: NodeJS.ProcessEnv): Engine {
  const wanted = environment.CLAWDEN_ENGINE ? [environment.CLAWDEN_ENGINE] : ['docker', 'podman'];
  const binary = wanted.map((name) => find(name, environment)).find((path) => path !== undefined);
  const home = checkout();
  if (binary === undefined) throw engineMissing(home);

  const failure = (action: string, stderr: string): Error =>
    engineFailure({ action, stderr, environment, checkout: home });
  const call = async (
    argv: readonly string[],
    variables?: ReadonlyMap<string, string>,
    signal?: AbortSignal,
  ): Promise<Finished> => {
    const result = await execa(binary, argv, {
      reject: false,
      stdin: 'ignore',
      // Ctrl-C reaches the whole terminal group; whether a start or a stop is cut short is for us to say.
      detached: true,
      ...(signal ? { cancelSignal: signal } : {}),
      extendEnv: false,
      env: { ...environment, ...Object.fromEntries(variables ?? []) },
    });
    return { ok: result.exitCode === 0, stdout: result.stdout, stderr: result.stderr };
  };
  const must = async (action: string, argv: readonly string[]): Promise<string> => {
    const result = await call(argv);
    if (!result.ok) throw failure(action, result.stderr);
    return result.stdout;
  };
  /** inspect says "no such" with exit 1 (podman 125); every other failure is the engine's. */
  const inspect = async (kind: 'container' | 'image', names: readonly string[]): Promise<string> => {
    const result = await call([kind, 'inspect', ...names]);
    if (!result.ok && !isAbsent(result.stderr))
      throw failure(`inspect ${kind} ${names.join(' ')}`, result.stderr);
    return result.stdout || '[]';
  };
  /** The container may have gone by itself meanwhile: that is what was wanted. */
  const unlessGone = async (action: string, argv: readonly string[], signal?: AbortSignal): Promise<void> => {
    const result = await call(argv, undefined, signal);
    if (!result.ok && !signal?.aborted && !isGone(result.stderr)) throw failure(action, result.stderr);
  };

  return {
    ...engineStreams(binary, environment),
    binary,
    isPodman: async () => (await must('tell its version', ['--version'])).includes('podman'),
    idMapping: async () =>
      idMapping(await must('tell about itself', ['info', '--format', '{{json .}}']), process.platform),
    containers: async (project, early) => {
      const filters = [`label=${labels.project}=${project}`, `label=${labels.settings}`];
      const words = ['--no-trunc', ...filters.flatMap((each) => ['--filter', each]), '--format', LISTING];
      const listed = parseListing(await must('list containers', ['ps', '-a', ...words]));
      for (const { id, port } of listed) if (port !== undefined) early?.({ id, port });
      const ids = listed.map(({ id }) => id);
      return ids.length === 0 ? [] : parseContainers(await inspect('container', ids));
    },
    holders: async () => {
      const found = await must('list containers', [
        'ps',
        '-q',
        '--no-trunc',
        '--filter',
        `label=${labels.accounts}`,
      ]);
      const ids = found.split('\n').filter(Boolean);
      return ids.length === 0 ? [] : parseContainers(await inspect('container', ids));
    },
    container: async (id) => parseContainers(await inspect('container', [id]))[0],
    image: async (reference) => parseImage(await inspect('image', [reference])),
    pull: async (reference) => {
      const result = await execa(binary, ['pull', reference], {
        reject: false,
        stdin: 'ignore',
        stdout: process.stderr,
        stderr: 'pipe',
        extendEnv: false,
        env: environment,
      });
      return { ok: result.exitCode === 0, stdout: '', stderr: String(result.stderr) };
    },
    run: async (argv, variables) => {
      const result = await call(argv, variables);
      return result.ok
        ? { kind: 'started', id: result.stdout.trim() }
        : { kind: 'refused', stderr: result.stderr };
    },
    runAttached: async (argv, variables) => {
      const env = { ...environment, ...Object.fromEntries(variables) };
      const result = await execa(binary, argv, { reject: false, stdio: 'inherit', extendEnv: false, env });
      return result.exitCode ?? 1;
    },
    start: (id) => call(['start', id]),
    setRestart: (id, policy) =>
      unlessGone('change the restart policy', ['update', `--restart=${policy}`, id]),
    stop: (id, signal) => unlessGone('stop the container', ['stop', id], signal),
    kill: (id) => unlessGone('kill the container', ['kill', id]),
    remove: (id) => unlessGone('remove the container', ['rm', '-f', id]),
    wait: async (id, signal) => {
      const result = await execa(binary, ['wait', id], {
        reject: false,
        stdin: 'ignore',
        cancelSignal: signal,
        extendEnv: false,
        env: environment,
        detached: true,
      });
      return result.exitCode === 0 ? Number(result.stdout.trim()) : undefined;
    },
    tail: async (id, lines) => {
      const result = await execa(binary, ['logs', '--tail', String(lines), id], {
        reject: false,
        stdin: 'ignore',
        all: true,
        extendEnv: false,
        env: environment,
      });
      return result.all;
    },
    // detached: the log must outlive Ctrl-C until the container has stopped.
    logs: (id, argv, stdio) => {
      const child = execa(binary, ['logs', ...argv, id], {
        reject: false,
        stdin: 'ignore',
        stdout: stdio,
        stderr: stdio,
        buffer: false,
        detached: true,
        extendEnv: false,
        env: environment,
      });
      return {
        streams: [child.stdout, child.stderr].filter((stream) => stream !== null),
        done: child.then((result) => result.exitCode === 0),
        stop: () => void child.kill('SIGTERM'),
      };
    },
    volumes: async (prefix) => {
      const argv = ['volume', 'ls', '--quiet', '--filter', `name=${prefix}`];
      // The filter finds the text anywhere in the name.
      return (await must('list volumes', argv)).split('\n').filter((name) => name.startsWith(prefix));
    },
    removeVolume: (name) => unlessGone(`remove volume ${name}`, ['volume', 'rm', name]),
    failure,
  };
}

function find(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  if (name.includes('/')) return name;
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const directory of (environment.PATH ?? '').split(delimiter)) {
    for (const extension of extensions) {
      const path = join(directory, name + extension);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
