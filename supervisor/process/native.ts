import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { bindSockets, type SocketCalls } from './sockets.ts';

/** The kernel calls that JavaScript has no way to make. */
export interface Native extends SocketCalls {
  /** Takes the status of exactly this child if it is a zombie; null when it is not ours or still runs. */
  reapOne(pid: number): number | null;
  /** Orphaned descendants become our children although we are not PID 1 (PR_SET_CHILD_SUBREAPER). */
  setSubreaper(): void;
  /** `/proc/<us>/environ`, mem and ptrace close for processes of the same uid (PR_SET_DUMPABLE 0). */
  setUndumpable(): void;
  /**
   * Takes an exclusive lock on an open file, without waiting (flock(2)): across containers on one machine, and gone with
   * this process. `impossible`: the file system keeps no locks.
   */
  lock(fd: number): 'held' | 'taken' | 'impossible';
  /** No core file of us and of what we start, unless it asks for one: they land in its working directory. */
  forbidCoreFiles(): void;
}

/**
 * Loads koffi once: 14-35 ms and 1.8 MB of anonymous memory, so call it after the signal handlers stand and
 * before any child exists. Throws a `NativeUnavailable` that says what to do; without it nothing reaps.
 */
export function loadNative(): Native {
  loaded ??= bind();
  return loaded;
}

export class NativeUnavailable extends Error {
  override readonly name = 'NativeUnavailable';
}

// prctl(2) and waitpid(2) numbers are the same on every Linux architecture.
const WNOHANG = 1;
const PR_SET_DUMPABLE = 4;
const PR_SET_CHILD_SUBREAPER = 36;
// flock(2): LOCK_EX | LOCK_NB
const LOCK_AT_ONCE = 6;
const EWOULDBLOCK = 11;
const RLIMIT_CORE = 4;

export type Foreign = (...args: unknown[]) => number;
export interface Koffi {
  load(path: null): { func(prototype: string): Foreign };
  struct(name: string, members: Readonly<Record<string, string>>): unknown;
  errno(): number;
}

let loaded: Native | undefined;

function bind(): Native {
  if (platform !== 'linux') {
    throw new NativeUnavailable(`the process layer needs Linux (waitpid, prctl); this is ${platform}`);
  }
  const koffi = load();
  // null is the running program itself: node links libc dynamically, glibc and musl alike, so no file name is needed
  const libc = koffi.load(null);
  const waitpid = libc.func('int waitpid(int pid, _Out_ int *status, int options)');
  const prctl = libc.func(
    'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
  );
  const flock = libc.func('int flock(int fd, int operation)');
  const getrlimit = libc.func('int getrlimit(int resource, void *limit)');
  const setrlimit = libc.func('int setrlimit(int resource, void *limit)');
  const set = (option: number, value: number, name: string): void => {
    if (prctl(option, value, 0, 0, 0) !== 0) throw new Error(`prctl(${name}) failed, errno ${koffi.errno()}`);
  };
  return {
    reapOne(pid) {
      // 0 and negative pids mean "any child" or "any of a group": that steals statuses libuv waits for
      if (!Number.isInteger(pid) || pid <= 0) throw new RangeError(`reapOne takes one pid, not ${pid}`);
      const status: [number] = [0];
      return waitpid(pid, status, WNOHANG) === pid ? status[0] : null;
    },
    setSubreaper: () => set(PR_SET_CHILD_SUBREAPER, 1, 'PR_SET_CHILD_SUBREAPER'),
    setUndumpable: () => set(PR_SET_DUMPABLE, 0, 'PR_SET_DUMPABLE'),
    lock: (fd) => {
      if (flock(fd, LOCK_AT_ONCE) === 0) return 'held';
      return koffi.errno() === EWOULDBLOCK ? 'taken' : 'impossible';
    },
    forbidCoreFiles() {
      const limit = Buffer.alloc(16); // soft, hard
      if (getrlimit(RLIMIT_CORE, limit) !== 0) return;
      limit.writeBigUInt64LE(0n, 0);
      setrlimit(RLIMIT_CORE, limit);
    },
    ...bindSockets(koffi, libc),
  };
}

function load(): Koffi {
  // A require made at run time is invisible to the bundler, so koffi and its .node file stay files beside the
  // bundle. `__filename` exists in the cjs bundle, `import.meta.url` everywhere else.
  const here = typeof __filename === 'string' ? __filename : import.meta.url;
  try {
    return createRequire(here)('koffi') as Koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new NativeUnavailable(
      `koffi could not be loaded for linux-${arch}: ${reason}. ` +
        `Zombies cannot be reaped without it; node_modules/koffi and node_modules/@koromix/koffi-linux-${arch} must lie beside this bundle.`,
    );
  }
}
