/**
 * The contract between the shared code and a runtime's folder.
 *
 * A runtime is data (`RuntimeDescriptor`), two pure functions (`render`, `issuesOf`) and, for the relay, a
 * `MessageApi`. The shared code never asks for a runtime's name: whatever differs between runtimes stands here.
 */

import type { Dialect } from '../supervisor/providers/table.ts';
import type { ChannelSign, NativeChannel, NativeName } from './contract-channels.ts';
import type {
  JsonObject,
  LogLevel,
  NativeIssue,
  NativeReference,
  OneTimeSecrets,
  Rendered,
  RenderInput,
  SecretsAnswer,
  ValidatorOutcome,
  ValidatorVerdict,
} from './contract-render.ts';

export type * from './contract-channels.ts';
export type * from './contract-messages.ts';
export type * from './contract-render.ts';

/** Milliseconds. */
export type Millis = number;

export interface RuntimeDescriptor {
  readonly name: string;
  readonly title: string;
  /** The release this descriptor was measured against. */
  readonly version: string;
  /** Public port of an instance unless `config.port` says otherwise. */
  readonly defaultPort: number;
  readonly executable: Executable;
  readonly probes: Probes;
  readonly stop: StopPolicy;
  readonly exits: readonly ExitRule[];
  readonly restart: RestartPolicy;
  readonly memory: MemoryNeeds;
  readonly environment: EnvironmentNeeds;
  /** A provider is asked in the first of its own dialects that is in here. */
  readonly dialects: readonly Dialect[];
  /** Channel types that the binary in the image speaks by itself, and what each needs to be there. */
  readonly nativeChannels: readonly NativeChannel[];
  readonly ownedPaths: readonly OwnedPath[];
  /** Directories below the state volume that must exist before the start, mode 0700. */
  readonly stateDirectories: readonly string[];
  /** Files that an empty state starts with; `from` may use `{dir}`, `to` is below the state. Missing ones are skipped. */
  readonly stateSeeds: readonly StateSeed[];
  /** Files below the state that must not be there at a start: a killed process leaves them, or an agent plants them. */
  readonly staleFiles: readonly string[];
  /**
   * Files below the state volume whose tail explains an exit, for runtimes that do not say it on their output. They are
   * removed before each start, so that they tell of one life only.
   */
  readonly failureFiles: readonly string[];
  /** The runtime does not keep a second container from its state, so the supervisor does. */
  readonly lockState?: true;
  /** Output lines that hold texts of conversations whatever the log level; logged at `debug` only. */
  readonly conversationLines?: RegExp;
  /** Output lines that are read but not logged at a log level: said for the sake of signs only. */
  readonly unloggedAt?: Readonly<Partial<Record<LogLevel, RegExp>>>;
  /** Lines of the runtime's output that say something about one channel. */
  readonly channelSigns: readonly ChannelSign[];
  /** Requests that `expose: native` lets through; all other paths answer 404. */
  readonly exposedPaths: readonly ExposedPath[];
  /** How a changed render reaches a running process. */
  readonly reload: 'watches-file' | 'restart';
}

export interface StateSeed {
  readonly from: string;
  readonly to: string;
}

/** The runtime's program. `{dir}` is its folder in the image. */
export interface Executable {
  readonly command: readonly string[];
  /** Appended to `command` to serve. */
  readonly serve: readonly string[];
  /** A file whose absence means that the runtime is not in this image. */
  readonly file: string;
}

export interface Probes {
  /** Start-up is over and the runtime takes messages, whatever its channels do. */
  readonly ready: Probe;
  readonly live: Probe;
  /** Names the channels that are down; absent where the runtime does not tell. */
  readonly channels?: ChannelProbe;
  readonly startDeadline: Millis;
  readonly readyInterval: Millis;
  readonly liveInterval: Millis;
  /** Consecutive failures of `live` after which the process counts as hung. */
  readonly liveFailures: number;
}

/** A GET on the private port. Healthy means status 200 and a JSON body that contains every `expect` entry. */
export interface Probe {
  readonly path: string;
  readonly expect: JsonObject;
  readonly timeout: Millis;
  /** Ask with the bearer token of the render, where the runtime's own probe wants one. */
  readonly bearer?: true;
  /** Key of the body, or keys with dots between, that must hold our process's pid: another process that answers at the port is no proof. */
  readonly pidKey?: string;
}

export interface ChannelProbe {
  readonly path: string;
  readonly timeout: Millis;
  readonly bearer?: true;
  /** The channels that `body` reports as down. Pure. */
  readonly failing: (body: JsonObject) => readonly NativeName[];
}

export interface StopPolicy {
  readonly signal: NodeJS.Signals;
  /** From the order to stop to KILL, turns in flight included. The engine's own stop timeout derives from it. */
  readonly budget: Millis;
  /** Part of the budget that is kept for the process itself, from the signal to its orderly exit. */
  readonly grace: Millis;
  /** `runtime`: it finishes turns in flight after the signal; `relay`: the signal cuts them, so drain first. */
  readonly drains: 'runtime' | 'relay';
  /** For runtimes whose own end may hang after the last turn; absent: the budget alone counts. */
  readonly settled?: SettledSign;
}

/** What a runtime says after the stop signal when nothing is in flight any more and only its own end is left. */
export interface SettledSign {
  /** Matched against its output lines from the signal on. */
  readonly output: RegExp;
  /** From that line to KILL. Not for a process that never was ready: it may be changing the form of its state. */
  readonly grace: Millis;
}

export type ExitClass =
  | 'asked'
  | 'restart-request'
  | 'config'
  | 'port-in-use'
  | 'lock-loser'
  | 'out-of-memory'
  | 'hung'
  | 'crash';

/** First rule that matches an unasked exit wins; none: `crash`. */
export interface ExitRule {
  readonly class: ExitClass;
  readonly codes?: readonly number[];
  /** Matched against the last output lines. */
  readonly output?: RegExp;
}

export interface RestartPolicy {
  readonly backoffBase: Millis;
  readonly backoffCap: Millis;
  /** Unasked exits within `window` that end the container. */
  readonly budget: number;
  readonly window: Millis;
  /** Requested restarts within `window` that end the container: a start that always asks for one would spin. */
  readonly requestedBudget: number;
}

export interface MemoryNeeds {
  /** Bytes; a smaller container limit is refused before the start. */
  readonly floor: number;
  /** Bytes; below it the start is allowed with a warning. */
  readonly recommended: number;
}

export interface EnvironmentNeeds {
  /** Names that must never reach the process: they trigger things by their mere presence. */
  readonly never: readonly RegExp[];
}

/** A native configuration path the supervisor decides, and the key of ours that a user sets instead. */
export interface OwnedPath {
  readonly path: string;
  readonly instead: string;
}

export interface ExposedPath {
  readonly methods: readonly string[];
  readonly path: RegExp;
  /**
   * Passed on without a word of where it came from, for surfaces that give rights to local callers only. The token that
   * it came with gives every right already.
   */
  readonly local?: true;
}

/** A runtime as PID 1 sees it. */
export interface Runtime {
  /** Of the release that the image takes by default. */
  readonly descriptor: RuntimeDescriptor;
  /** Where the release in the image differs; absent: it never does. Pure. */
  readonly forVersion?: (version: string) => RuntimeDescriptor;
  /**
   * Native keys that the runtime would swallow without a word, for runtimes whose validator does not report them. `read`
   * gives a file of the runtime's folder in the image, such as a schema exported at build time; `references` says which
   * strings are secrets, for runtimes that cannot take one everywhere without writing it to a file.
   */
  readonly inspect?: (
    native: JsonObject,
    read: (name: string) => string | undefined,
    references: readonly NativeReference[],
  ) => readonly NativeIssue[];
  readonly render: (input: RenderInput) => Rendered;
  /** Reads the validator's outcome. Pure. */
  readonly judge: (outcome: ValidatorOutcome) => ValidatorVerdict;
  /**
   * What the runtime wants to read for its request at the secret door; undefined: not understood. Pure. Only for
   * runtimes whose render gives `oneTimeSecrets`.
   */
  readonly answerSecrets?: (request: string, secrets: OneTimeSecrets) => SecretsAnswer | undefined;
}
