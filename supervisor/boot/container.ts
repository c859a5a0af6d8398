import type { Server } from 'node:http';
import type { ChannelReason, Rendered, Runtime } from '../../runtimes/contract.ts';
import type { Plan, Variables } from '../config/types.ts';
import type { Phase } from '../http/health.ts';
import type { Counters } from '../http/metrics.ts';
import type { Traffic } from '../relay/protocol.ts';
import { imagePlaces, type RenderPlaces } from '../render/paths.ts';
import type { SecretDoor } from '../secret-door/serve.ts';
import type { MemoryFacts } from '../supervise/cgroup.ts';
import type { Clock } from '../supervise/ports.ts';
import type { SupervisedRelay } from '../supervise/relay.ts';
import type { SupervisedRuntime } from '../supervise/runtime.ts';
import type { Access } from './access.ts';
import type { RuntimeManifest } from './image.ts';
import type { LeveledLog } from './log.ts';
import type { Signs } from './signs.ts';
import type { ActiveTools } from './tools.ts';
import type { Identity } from './volumes.ts';

/** Places inside the container; tests of single steps use others. */
export interface Places extends RenderPlaces {
  readonly cgroup: string;
  /** Folders of custom tools. */
  readonly mountedTools: string;
}

export const places: Places = {
  ...imagePlaces,
  cgroup: '/sys/fs/cgroup',
  mountedTools: '/etc/clawden/tools',
};

/** Why the container ends. */
export type Ending =
  | { readonly kind: 'asked'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'finished'; readonly code: number }
  | { readonly kind: 'failed'; readonly code: number; readonly message: string };

/** All that the steps hand on to each other. A step reads what earlier ones set, and `must` says which was missing. */
export interface Container {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly identity: Identity;
  readonly places: Places;
  readonly clock: Clock;
  readonly began: number;
  readonly log: LeveledLog;
  readonly output: ContainerOutput;
  readonly memory: () => MemoryFacts;
  /** Settles the container's end; only the first call counts. */
  readonly end: (ending: Ending) => void;
  readonly ended: Promise<Ending>;
  phase: Phase;
  zombies: () => number;
  stopReaper?: () => void;
  listeners?: { readonly local: Server; readonly open: Server };
  command?: { readonly runtime?: string; readonly oneShot?: readonly string[] };
  variables?: Variables;
  plan?: Plan;
  runtime?: Runtime;
  manifest?: RuntimeManifest;
  token?: string;
  secrets?: StartSecrets;
  doorPort?: number;
  /** Of everything that works in the workspace, where that belongs to a group. */
  umask?: number;
  tools?: ActiveTools;
  rendered?: Rendered;
  secretDoor?: SecretDoor;
  signs?: Signs;
  relay?: SupervisedRelay;
  supervised?: SupervisedRuntime;
  /** Who may talk on the channels of the plan, now. */
  access?: Access;
  /** Set while a one-shot program runs: signals are its business. */
  forwardSignal?: (signal: NodeJS.Signals) => void;
  readonly counters: Counters;
  readonly checks: Map<string, { readonly reason: ChannelReason | null; readonly account?: string }>;
  readonly traffic: Map<string, Traffic>;
  readonly turns: Turns;
}

/** Turns that the relay has at the runtime. */
export interface Turns {
  readonly inFlight: (count: number) => void;
  /** Settles when there is none, or after `limit` milliseconds. */
  readonly idle: (limit: number) => Promise<void>;
}

/** Made anew at each start, worthless outside this container. */
export interface StartSecrets {
  readonly bearer: string;
  readonly doorKey: string;
  readonly internalKey: string;
}

export interface ContainerOutput {
  readonly line: (text: string) => void;
  /** To stderr: what a person must mend. */
  readonly complain: (text: string) => void;
  /** Masks these too from now on. */
  readonly hide: (secrets: readonly string[]) => void;
  readonly dropped: () => number;
  /** Resolves when what was written is out, or after `limit` milliseconds. */
  readonly flush: (limit: number) => Promise<void>;
}

/** A value that an earlier step of the list sets. */
export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is used before its step ran`);
  return value;
}
