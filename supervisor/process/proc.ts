import { readdirSync, readFileSync } from 'node:fs';

/** What `/proc/PID/stat` tells (man 5 proc); world-readable, also for an undumpable process. */
export interface ProcStat {
  readonly pid: number;
  readonly name: string;
  /** R S D T t Z X I */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot: together with the pid it names a process for good, a pid alone can be reused. */
  readonly started: number;
}

/** One process, or null when it is gone. */
export function readStat(pid: number): ProcStat | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** Every process of our pid namespace. */
export function allProcesses(): ProcStat[] {
  const found: ProcStat[] = [];
  for (const entry of readdirSync('/proc')) {
    const first = entry.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const stat = readStat(Number(entry));
    if (stat !== null) found.push(stat);
  }
  return found;
}

/**
 * Pids of our direct children, adopted ones included. The kernel keeps one list per thread of ours: the thread
 * that forked is the parent. Null when the kernel was built without CONFIG_PROC_CHILDREN.
 */
export function listedChildren(): number[] | null {
  const pids: number[] = [];
  let readable = false;
  for (const thread of readdirSync('/proc/self/task')) {
    const text = read(`/proc/self/task/${thread}/children`);
    if (text === null) continue; // the thread has just ended, or the kernel has no such file
    readable = true;
    for (const word of text.split(' ')) if (word !== '') pids.push(Number(word));
  }
  return readable ? pids : null;
}

/** The same by looking at everybody's parent: slower by the number of processes, and needs no kernel option. */
export function scannedChildren(): number[] {
  return allProcesses()
    .filter((stat) => stat.parent === process.pid)
    .map((stat) => stat.pid);
}

/** The name may hold spaces and parentheses, so the fields are counted from the last `)`. */
export function parseStat(text: string): ProcStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < 0) return null;
  const fields = text.slice(close + 2).split(' ');
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state: fields[0] ?? '?',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    started: Number(fields[19]),
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // ENOENT before open, ESRCH between open and read: the process is gone
  }
}
