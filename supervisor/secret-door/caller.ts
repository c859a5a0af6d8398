import { readFileSync, statSync } from 'node:fs';
import type { Native } from '../process/native.ts';
import { type ProcStat, readStat } from '../process/proc.ts';
import type { CallerFacts } from './judge.ts';

/** What /proc and the kernel's word on a connected socket tell of the process behind it. */
export function factsOf(
  peer: { readonly pid: number; readonly uid: number },
  handle: string,
  first?: ProcStat,
): CallerFacts {
  const { pid, uid } = peer;
  const before = readStat(pid);
  const isHandle = sameFile(`/proc/${pid}/exe`, handle);
  const tracer = tracerOf(pid);
  const parent = before && readStat(before.parent);
  // Read again: all of the above was of one process only if it is still the same one, and has the same parent.
  const after = readStat(pid);
  const same = sameProcess(before, after) && (!first || sameProcess(first, after));
  return {
    uid,
    ownUid: process.getuid?.() ?? 0,
    process: same ? after : null,
    parent,
    isHandle,
    tracer,
  };
}

/** Who made the socket pair behind a descriptor; null when it is something else. */
export function makerOf(native: Native, fd: number): number | null {
  return native.peerOf(fd)?.pid ?? null;
}

function sameProcess(one: ProcStat | null, other: ProcStat | null): boolean {
  return one?.started === other?.started && one?.parent === other?.parent;
}

/** /proc/PID/exe is open to us as long as that process is open to its user: the handle is readable for that. */
function sameFile(link: string, path: string): boolean {
  try {
    const [one, other] = [statSync(link), statSync(path)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

function tracerOf(pid: number): number {
  try {
    return Number(/^TracerPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? -1);
  } catch {
    return -1;
  }
}
