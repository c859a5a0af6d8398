import { setTimeout as sleep } from 'node:timers/promises';
import { allProcesses, type ProcStat } from './proc.ts';

export interface StragglerOptions {
  /** Milliseconds between TERM and KILL. */
  readonly grace: number;
  /** Pids that are to live on, such as the relay. Their descendants are not spared. */
  readonly spare?: readonly number[];
  /** PID 1 ends everything in its pid namespace, anybody else only its own descendants. */
  readonly isPid1?: boolean;
  /** Of everybody who may be ended: who is to be. Asked again at each look. */
  readonly scope?: (all: readonly ProcStat[]) => readonly ProcStat[];
  readonly clock?: () => number;
}

export interface Straggler {
  readonly pid: number;
  readonly name: string;
  /** `stuck`: not even KILL helped in time. `refused`: another user's process (`docker exec -u root`). */
  readonly end: 'term' | 'kill' | 'stuck' | 'refused';
}

const POLL_MS = 20;
/** A KILLed process can stay a moment in the kernel (NFS, a core dump); nobody waits longer for it. */
const KILL_PATIENCE_MS = 1000;

/**
 * Ends whatever is left when the runtime is gone: daemons with a session of their own, `docker exec` sessions. TERM to each
 * once, KILL at the deadline, and an early end as soon as nobody is left. Not `kill(-1)`: that spares nobody but
 * us. Returns who was there.
 */
export async function endStragglers(options: StragglerOptions): Promise<Straggler[]> {
  const { grace, clock = () => performance.now(), isPid1 = process.pid === 1 } = options;
  const spared = new Set([process.pid, ...(options.spare ?? [])]);
  const met = new Map<string, Straggler>();
  const scope = options.scope ?? ((all: readonly ProcStat[]): readonly ProcStat[] => all);
  const others = (): ProcStat[] =>
    scope(isPid1 ? allProcesses() : descendants(allProcesses())).filter(
      (stat) => !spared.has(stat.pid) && stat.state !== 'Z' && stat.state !== 'X',
    );

  const deadline = clock() + grace;
  const killDeadline = deadline + KILL_PATIENCE_MS;
  for (;;) {
    const now = clock();
    const left = others().filter((stat) => met.get(key(stat))?.end !== 'refused');
    if (left.length === 0) break;
    if (now >= killDeadline) {
      for (const stat of left) met.set(key(stat), { pid: stat.pid, name: stat.name, end: 'stuck' });
      break;
    }
    for (const stat of left) {
      // what a straggler forks meanwhile is met here too, and gets its TERM
      if (now >= deadline) send(stat, 'SIGKILL', 'kill');
      else if (!met.has(key(stat))) send(stat, 'SIGTERM', 'term');
    }
    await sleep(POLL_MS);
  }
  return [...met.values()];

  function send(stat: ProcStat, signal: 'SIGTERM' | 'SIGKILL', end: 'term' | 'kill'): void {
    const { pid, name } = stat;
    try {
      process.kill(pid, signal);
      if (stat.state === 'T') process.kill(pid, 'SIGCONT'); // a stopped process would see TERM only when it goes on
      met.set(key(stat), { pid, name, end });
    } catch (error) {
      const refused = error instanceof Error && 'code' in error && error.code === 'EPERM';
      met.set(key(stat), { pid, name, end: refused ? 'refused' : end });
    }
  }
}

/** All children of `roots` and of their children. */
export function descendants(all: readonly ProcStat[], roots: readonly number[] = [process.pid]): ProcStat[] {
  const byParent = Map.groupBy(all, (stat) => stat.parent);
  const found: ProcStat[] = [];
  const queue = [...roots];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const stat of byParent.get(parent) ?? []) {
      found.push(stat);
      queue.push(stat.pid);
    }
  }
  return found;
}

function key(stat: ProcStat): string {
  return `${stat.pid}:${stat.started}`;
}
