import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { type Exit, failedExit } from './exit.ts';
import { createLines, type Line, type TextFilter } from './lines.ts';
import { allProcesses } from './proc.ts';
import { type OwnPids, ownPids } from './registry.ts';
import { createRing } from './ring.ts';

export type StreamName = 'stdout' | 'stderr';
export type OutputLine = Line & { readonly stream: StreamName };

/** What the child finds at file descriptor 3, 4, …; `send` is written to it and closed, so a secret is in no file. */
export type ExtraFd = { readonly kind: 'send'; readonly data: string } | { readonly kind: 'pipe' };

export interface StartOptions {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment: nothing of ours is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Default `ignore`: without -i the container's stdin is at its end anyway. */
  readonly stdin?: 'ignore' | 'pipe' | 'inherit';
  /** Own session and process group. Default: yes, unless the child inherits a terminal, which it would lose. */
  readonly detached?: boolean;
  readonly extraFds?: readonly ExtraFd[];
  /** Instead of our own. */
  readonly umask?: number;
  /** Without it the child writes to our own stdout and stderr. */
  readonly onLine?: (stream: StreamName, line: Line) => void;
  readonly lineCap?: number;
  /** One filter per stream, such as `mask.stream`. */
  readonly filter?: () => TextFilter;
  /** Asked after each chunk; a promise stops the reading until it settles, such as `output.relief`. Not after the exit. */
  readonly relief?: () => Promise<void> | null;
  readonly own?: OwnPids;
}

export interface RunningProcess {
  /** Null when the program could not be started; `exited` says why. */
  readonly pid: number | null;
  /** Settles as soon as the main process is gone; never rejects. */
  readonly exited: Promise<Exit>;
  /** Settles when its output has been read to the end too, at most 250 ms later if descendants keep it open. */
  readonly closed: Promise<Exit>;
  readonly stdin: Writable | null;
  /** By position in `extraFds`. */
  readonly extra: readonly (Duplex | null)[];
  /** To the main process only. A stop signal goes out once; false when it was sent before or nobody is there. */
  signal(signal: NodeJS.Signals): boolean;
  /** To the main process only, as often as it is called: a signal of somebody else's that we hand on. */
  passOn(signal: NodeJS.Signals): boolean;
  /** To all of its process group; to the main process alone when it shares ours (a terminal). */
  signalGroup(signal: NodeJS.Signals): boolean;
  /** Settles when nobody of its group runs any more, or after `limit` milliseconds; at once when it shares ours. */
  groupGone(limit: number): Promise<void>;
  /** The last lines of both streams, in the order of arrival. */
  lastLines(): OutputLine[];
}

/** Sent twice they mean something else to many programs: a second SIGTERM or SIGINT is "at once, without saving". */
const ONCE: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT']);
const OUTPUT_GRACE_MS = 250;
const POLL_MS = 5;

/**
 * Starts a program. libuv gives the child default dispositions for signals 1-31 and an empty signal mask, whatever
 * we handle or were started with, and closes every descriptor that is not named here.
 */
export function start(options: StartOptions): RunningProcess {
  const { argv, cwd, env, onLine, own = ownPids } = options;
  const extraFds = options.extraFds ?? [];
  const stdin = options.stdin ?? 'ignore';
  const detached = options.detached ?? !(stdin === 'inherit' && isatty(0));
  const output = onLine === undefined ? 'inherit' : 'pipe';
  const stdio: StdioOptions = [stdin, output, output, ...extraFds.map(() => 'pipe' as const)];

  let child: ChildProcess;
  // Ours for the moment of the fork, which is over when spawn returns: Node hands no umask on, and nothing else of this
  // process writes files meanwhile.
  const before = options.umask === undefined ? undefined : process.umask(options.umask);
  try {
    child = spawn(argv[0], argv.slice(1), { cwd, env, detached, stdio });
  } catch (error) {
    return neverRan(failedExit(error, argv, cwd)); // E2BIG, ENOEXEC, ENOMEM and bad arguments are thrown
  } finally {
    if (before !== undefined) process.umask(before);
  }
  own.adopt(child); // in the same turn as the fork: no sweep of the reaper lies between

  const ring = createRing<OutputLine>();
  if (onLine !== undefined) {
    for (const stream of ['stdout', 'stderr'] as const) {
      const take = (line: Line): void => {
        ring.add({ stream, ...line });
        onLine(stream, line);
      };
      readLines(child[stream], options, take, () => child.exitCode !== null || child.signalCode !== null);
    }
  }
  const extra = extraFds.map((fd, index) => openExtra(child.stdio?.[3 + index], fd));
  child.stdin?.on('error', ignore);
  const exited = whenExited(child, argv, cwd);
  const sent = new Set<NodeJS.Signals>();

  return {
    pid: child.pid ?? null,
    exited,
    closed: whenClosed(child, exited),
    stdin: child.stdin ?? null,
    extra,
    signal(signal) {
      if (sent.has(signal)) return false;
      // ChildProcess.kill knows when the pid has been collected, process.kill would hit its next owner
      const delivered = child.kill(signal);
      if (delivered && ONCE.has(signal)) sent.add(signal);
      return delivered;
    },
    passOn: (signal) => child.kill(signal),
    signalGroup(signal) {
      if (child.pid === undefined) return false;
      return detached ? killGroup(child, child.pid, signal, own) : child.kill(signal);
    },
    groupGone: async (limit) => {
      if (detached && child.pid !== undefined) await emptyGroup(child.pid, limit);
    },
    lastLines: () => ring.last(),
  };
}

function readLines(
  source: Readable | null | undefined,
  options: StartOptions,
  onLine: (line: Line) => void,
  ended: () => boolean,
): void {
  if (!source) return; // absent when the descriptors ran out
  const lines = createLines({
    onLine,
    ...(options.lineCap === undefined ? {} : { cap: options.lineCap }),
    ...(options.filter === undefined ? {} : { filter: options.filter() }),
  });
  source.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    const relief = ended() ? null : options.relief?.();
    if (!relief) return;
    source.pause(); // after the exit node resumes it by itself: last words are never held back
    void relief.then(() => source.resume());
  });
  source.on('error', ignore);
  source.once('close', () => lines.end());
}

function openExtra(stream: Readable | Writable | null | undefined, fd: ExtraFd): Duplex | null {
  if (!stream) return null;
  const duplex = stream as Duplex; // libuv makes a socket pair of every 'pipe'
  duplex.on('error', ignore); // a child that died before it read is not our failure
  if (fd.kind === 'send') duplex.resume().end(fd.data);
  return duplex;
}

function whenExited(child: ChildProcess, argv: readonly string[], cwd: string): Promise<Exit> {
  return new Promise((resolve) => {
    // stays for good: a kill that is refused is reported as 'error' as well
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(failedExit(error, argv, cwd));
    });
    child.once('exit', (code, signal) => {
      resolve(signal !== null ? { kind: 'signal', signal } : { kind: 'code', code: code ?? 0 });
    });
  });
}

async function whenClosed(child: ChildProcess, exited: Promise<Exit>): Promise<Exit> {
  const streams = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exit = await exited;
  if (exit.kind === 'failed') return exit;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, OUTPUT_GRACE_MS);
  });
  await Promise.race([streams, patience]);
  clearTimeout(timer);
  return exit;
}

function killGroup(child: ChildProcess, pid: number, signal: NodeJS.Signals, own: OwnPids): boolean {
  const gone = child.exitCode !== null || child.signalCode !== null;
  if (gone && own.has(pid)) return false; // the group is empty and its number belongs to a new child of ours
  try {
    return process.kill(-pid, signal);
  } catch {
    return false; // ESRCH: nobody left; EPERM: only processes of another user
  }
}

async function emptyGroup(group: number, limit: number): Promise<void> {
  const deadline = performance.now() + limit;
  // zombies count as members for kill(2), and orphans stay zombies until the reaper has seen them twice
  const lives = (): boolean =>
    killable(group) && allProcesses().some((stat) => stat.group === group && !'ZX'.includes(stat.state));
  while (lives() && performance.now() < deadline) await sleep(POLL_MS);
}

function killable(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function neverRan(exit: Exit): RunningProcess {
  const settled = Promise.resolve(exit);
  return {
    pid: null,
    exited: settled,
    closed: settled,
    stdin: null,
    extra: [],
    signal: () => false,
    passOn: () => false,
    signalGroup: () => false,
    groupGone: () => Promise.resolve(),
    lastLines: () => [],
  };
}

/** EPIPE and ECONNRESET of a child that closed early would otherwise be uncaught, and end PID 1. */
function ignore(): void {}
