import type { ProcStat } from '../process/proc.ts';

/** All that is known of somebody who asks for the secrets of a start. */
export interface CallerFacts {
  readonly uid: number;
  readonly ownUid: number;
  /** Null: it ended meanwhile, or its pid belongs to another process by now. */
  readonly process: ProcStat | null;
  readonly parent: ProcStat | null;
  /** Whether /proc/PID/exe is the image's own, root-owned handle. */
  readonly isHandle: boolean;
  readonly tracer: number;
  /** What it wants the answer written to; absent before its message has come. */
  readonly output?: OutputFacts;
}

export interface OutputFacts {
  /** Pid of the process that made the socket pair; null when it is a file, a pipe, a terminal. */
  readonly maker: number | null;
}

/** The runtime's main process: its pid and the time of its start name it for good. */
export interface MainProcess {
  readonly pid: number;
  readonly started: number;
}

export type DoorState =
  | { readonly kind: 'closed'; readonly why: 'not started' | 'asked before' | 'up' | 'over' }
  | { readonly kind: 'open'; readonly main: MainProcess };

export type Refusal =
  | 'closed'
  | 'other-user'
  | 'gone'
  | 'other-program'
  | 'traced'
  | 'not-of-the-runtime'
  | 'output-elsewhere'
  | 'not-understood'
  /** It has been given before, or there is no such secret. */
  | 'not-there'
  | 'not-taken';

/**
 * Why this caller gets nothing, or null. The runtime starts the handle itself or through one process of its own, with
 * one end of a socket pair that the starter made as stdout. What an agent runs is deeper, or comes when the door is
 * closed; and whoever comes, the answer can only be read by the starter.
 */
export function judge(door: DoorState, caller: CallerFacts): Refusal | null {
  if (door.kind === 'closed') return 'closed';
  if (caller.uid !== caller.ownUid) return 'other-user';
  const { process, parent, output } = caller;
  if (!process || !parent) return 'gone';
  if (!caller.isHandle) return 'other-program';
  if (caller.tracer !== 0) return 'traced';
  const { main } = door;
  const started = parent.pid === main.pid ? parent.started === main.started : parent.parent === main.pid;
  if (!started) return 'not-of-the-runtime';
  // Only its maker can hold the other end. What a script or a pipe in between would read is another's.
  if (output && output.maker !== parent.pid) return 'output-elsewhere';
  return null;
}
