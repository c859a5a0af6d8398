import type { Millis } from '../../runtimes/contract.ts';
import type { Exit } from '../process/exit.ts';

/** A started process, as the supervise layer needs it. */
export interface ManagedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** To the main process only; nothing when it is gone. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** To its whole process group, for what it left behind. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
  /** Settles when nobody of its group runs any more, or after `limit`. Absent where it has no group of its own. */
  readonly groupGone?: (limit: Millis) => Promise<void>;
  /** Its last output lines, masked, oldest first. */
  readonly lastLines: () => readonly string[];
  /** Resolves at the first output line from now on that matches; never, when none does. Absent: nobody reads them. */
  readonly says?: (pattern: RegExp) => Promise<void>;
}

/** Time as a port: the schedule of restarts is tested against a fake one. */
export interface Clock {
  /** Milliseconds, monotonic: a jump of the wall clock changes nothing. */
  readonly now: () => Millis;
  /** Resolves after `delay`, or at once when `signal` aborts. Never rejects. */
  readonly sleep: (delay: Millis, signal?: AbortSignal) => Promise<void>;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}
