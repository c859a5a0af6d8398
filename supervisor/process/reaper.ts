import type { Native } from './native.ts';
import { listedChildren, readStat, scannedChildren } from './proc.ts';
import { type OwnPids, ownPids } from './registry.ts';

export interface ReaperOptions {
  readonly native: Native;
  readonly own?: OwnPids;
  /** Milliseconds that only go up. */
  readonly clock?: () => number;
  /** Called with every pid taken from the process table and its raw wait status. */
  readonly onReaped?: (pid: number, status: number) => void;
  /** Our children, adopted ones included; replaced by tests that stand for a kernel without CONFIG_PROC_CHILDREN. */
  readonly children?: () => number[] | null;
}

export interface Reaper {
  stop(): void;
  /** Zombies of strangers found so far. */
  readonly zombiesSeen: number;
  readonly reaped: number;
  /** Zombies seen and not yet old enough to be taken; above zero for long means that reaping does not work. */
  readonly waiting: number;
}

/** Many SIGCHLD of one burst cost one sweep. */
const DEBOUNCE_MS = 50;
/**
 * A status that nobody took for this long is nobody's: Node's own children are collected within one turn of the
 * event loop, a worker's or node-pty's within a few milliseconds. Registry alone loses 40 of 40 exits of a
 * worker's children; with the age rule none.
 */
const ZOMBIE_AGE_MS = 300;
/** Signals of one kind merge while pending, so a sweep comes now and then without one. */
const SAFETY_MS = 5000;

/**
 * Takes orphans that have died out of the process table. As PID 1 every orphan of the container becomes our
 * child; elsewhere the subreaper flag makes those of our own descendants so.
 * Never waits for "any child": only for a pid that it has seen as a zombie, that is not registered, and is old enough.
 */
export function startReaper(options: ReaperOptions): Reaper {
  const { native, own = ownPids, clock = () => performance.now(), onReaped } = options;
  const children = options.children ?? listedChildren;
  const firstSeen = new Map<number, { at: number; started: number }>();
  let zombiesSeen = 0;
  let reaped = 0;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;

  if (process.pid !== 1) native.setSubreaper();
  const safety = setInterval(sweep, SAFETY_MS).unref();
  process.on('SIGCHLD', onChild);
  sweep();

  return {
    stop() {
      process.off('SIGCHLD', onChild);
      clearInterval(safety);
      clearTimeout(timer);
      clearImmediate(immediate);
      timer = undefined;
    },
    get zombiesSeen() {
      return zombiesSeen;
    },
    get reaped() {
      return reaped;
    },
    get waiting() {
      return firstSeen.size;
    },
  };

  function onChild(): void {
    schedule(DEBOUNCE_MS);
  }

  function schedule(delay: number): void {
    if (timer !== undefined) return; // not pushed back: a steady stream of deaths must not starve the sweep
    timer = setTimeout(() => {
      timer = undefined;
      // after the poll phase: when the loop was blocked for long, libuv gets to collect its own children first
      immediate = setImmediate(sweep);
    }, delay).unref();
  }

  function sweep(): void {
    const now = clock();
    let oldest = Number.POSITIVE_INFINITY;
    const present = new Set<number>();
    for (const pid of children() ?? scannedChildren()) {
      if (own.has(pid)) continue;
      const known = firstSeen.get(pid);
      if (known !== undefined && now - known.at < ZOMBIE_AGE_MS) {
        present.add(pid);
        oldest = Math.min(oldest, known.at);
        continue;
      }
      const stat = readStat(pid);
      if (stat?.state !== 'Z') continue;
      if (known?.started === stat.started) {
        if (reap(pid)) continue;
      } else {
        zombiesSeen += 1;
        firstSeen.set(pid, { at: now, started: stat.started });
      }
      present.add(pid);
      oldest = Math.min(oldest, now);
    }
    for (const pid of firstSeen.keys()) if (!present.has(pid)) firstSeen.delete(pid);
    if (oldest !== Number.POSITIVE_INFINITY) {
      schedule(Math.max(DEBOUNCE_MS, oldest + ZOMBIE_AGE_MS - now + 1));
    }
  }

  function reap(pid: number): boolean {
    const status = native.reapOne(pid);
    if (status === null) return false;
    reaped += 1;
    onReaped?.(pid, status);
    return true;
  }
}
