import type { ExitClass, Rendered } from '../../runtimes/contract.ts';
import type { Exit } from '../process/exit.ts';
import type { MemoryFacts } from './cgroup.ts';
import type { Clock, Log, ManagedProcess } from './ports.ts';
import type { ProbeResult, ProbeTarget } from './probe.ts';

export interface RuntimePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly memory: () => MemoryFacts;
  readonly probe: (target: ProbeTarget) => Promise<ProbeResult>;
  /** Renders with a free private port, writes the files, clears stale ones. */
  readonly prepare: () => Promise<Rendered>;
  readonly spawn: (rendered: Rendered) => ManagedProcess;
  /** What the process wrote about its end to files of its own, masked; read after its exit. */
  readonly failureLines: () => readonly string[];
  /** Settles when no turn is in flight any more, or after `limit` milliseconds. */
  readonly idle: (limit: number) => Promise<void>;
  /** Called after every change of the view. */
  readonly changed: () => void;
  /** Every unasked exit, before anything is restarted. */
  readonly died: (death: Death) => void;
}

export interface Death {
  readonly class: ExitClass;
  readonly exit: Exit;
  readonly lastLines: readonly string[];
  readonly memory: MemoryFacts;
  readonly uptime: number;
  /** Undefined when the container ends with it. */
  readonly restartIn?: number;
  /** Deaths of this kind within the policy's window. */
  readonly count: number;
  /** Nobody died: what kept the next one from being prepared. */
  readonly fault?: unknown;
}
