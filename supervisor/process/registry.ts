import { ChildProcess } from 'node:child_process';

/**
 * Children whose exit status belongs to libuv. It waits for each of its own pids by number, and if somebody else
 * took the status it drops the handle: no `exit` event, ever (libuv 1.51/1.52, measured: a `waitpid(-1)` lost
 * 24 of 24 children in flight). So the reaper never touches a pid that is in here.
 */
export interface OwnPids {
  /** Keeps the child's pid until its `exit` event has been delivered. Harmless when called twice. */
  adopt(child: ChildProcess): void;
  has(pid: number): boolean;
  readonly size: number;
}

export function createOwnPids(): OwnPids {
  const children = new Map<number, ChildProcess>();
  return {
    adopt(child) {
      const pid = child.pid;
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (children.get(pid) === child) return;
      children.set(pid, child);
      child.prependOnceListener('exit', () => {
        // a pid can be given out again between waitpid and this event; then it is somebody else's entry
        if (children.get(pid) === child) children.delete(pid);
      });
    },
    has: (pid) => children.has(pid),
    get size() {
      return children.size;
    },
  };
}

/** The registry of this process: pids are per process, and so is this. */
export const ownPids: OwnPids = createOwnPids();

/**
 * Also registers children that a library starts with node:child_process on this thread. `spawn` returns with the
 * pid in the same turn of the event loop, so no sweep can come between. What a `worker_threads` worker spawns has
 * its own class and stays invisible (0 of 40 exits arrived without the reaper's age rule): spawn on the main thread.
 */
export function registerEverySpawn(own: OwnPids = ownPids): () => void {
  const prototype = ChildProcess.prototype as unknown as { spawn: Spawn };
  const original = prototype.spawn;
  prototype.spawn = function (this: ChildProcess, ...args: unknown[]): unknown {
    const result = original.apply(this, args);
    own.adopt(this);
    return result;
  };
  return () => {
    prototype.spawn = original;
  };
}

type Spawn = (this: ChildProcess, ...args: unknown[]) => unknown;
