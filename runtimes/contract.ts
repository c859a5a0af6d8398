/**
 * The contract between the shared code and a runtime's folder.
 *
 * A runtime is data (`RuntimeDescriptor`), two pure functions (`render`, `issuesOf`) and, for the relay, a
 * `MessageApi`. The shared code never asks for a runtime's name: whatever differs between runtimes stands here.
 */
import type { Dialect } from '../supervisor/providers/table.ts';

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
  /** In order of preference; a provider is rendered in the first dialect that both sides speak. */
  readonly dialects: readonly Dialect[];
  /** Channel types that the binary in the image speaks by itself, and what each needs to be there. */
  readonly nativeChannels: readonly NativeChannel[];
  readonly ownedPaths: readonly OwnedPath[];
  /** Directories below the state volume that must exist before the start, mode 0700. */
  readonly stateDirectories: readonly string[];
  /** Files below the state volume that a killed process leaves behind and that block the next start. */
  readonly staleFiles: readonly string[];
  /** Files whose tail explains a failed start, for runtimes that do not say it on their output. */
  readonly failureFiles: readonly string[];
  /** Lines of the runtime's output that say something about one channel. */
  readonly channelSigns: readonly ChannelSign[];
  /** Requests that `expose: native` lets through; all other paths answer 404. */
  readonly exposedPaths: readonly ExposedPath[];
  /** How a changed render reaches a running process. */
  readonly reload: 'watches-file' | 'restart';
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
}

export interface ChannelProbe {
  readonly path: string;
  readonly timeout: Millis;
  /** Names, as rendered, of the channels that `body` reports as down. Pure. */
  readonly failing: (body: JsonObject) => readonly string[];
}

export interface StopPolicy {
  readonly signal: NodeJS.Signals;
  /** From the signal to KILL. The engine's own stop timeout derives from it. */
  readonly budget: Millis;
  /** `runtime`: it finishes turns in flight after the signal; `relay`: the signal cuts them, so drain first. */
  readonly drains: 'runtime' | 'relay';
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

export interface NativeChannel {
  readonly type: string;
  /** A name from the image's manifest that must be there; absent: compiled in. */
  readonly plugin?: string;
}

/** A native configuration path the supervisor decides, and the key of ours that a user sets instead. */
export interface OwnedPath {
  readonly path: string;
  readonly instead: string;
}

export interface ChannelSign {
  readonly type: string;
  readonly pattern: RegExp;
  readonly reason: ChannelReason;
}

export type ChannelReason =
  | 'token-rejected'
  | 'poller-conflict'
  | 'unreachable'
  | 'unclaimed'
  | 'down'
  | 'token-missing';

export interface ExposedPath {
  readonly methods: readonly string[];
  readonly path: RegExp;
}

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** All that a render may know. Everything in it is decided: no clock, no randomness, no file is read. */
export interface RenderInput {
  readonly instance: string;
  /** Model as the provider names it. */
  readonly model: string;
  readonly door: Door;
  readonly channels: readonly ChannelPlan[];
  /** Native keys from `config:`, judged by the runtime's own validator. */
  readonly native: JsonObject;
  readonly logLevel: LogLevel;
  readonly port: number;
  /** Bearer token of the runtime's own API, made anew at each start. */
  readonly bearer: string;
  readonly paths: RuntimePaths;
  /** Names from the image's manifest. */
  readonly plugins: readonly string[];
  /** Container's memory limit in bytes; undefined when there is none. */
  readonly memoryLimit?: number;
}

/** The relay's loopback endpoint that stands in for the provider. */
export interface Door {
  readonly dialect: Dialect;
  /** Base URL as a client of `dialect` expects it, e.g. `http://127.0.0.1:4001/v1`. */
  readonly baseUrl: string;
  /** Placeholder, random per start, worthless outside this container. */
  readonly key: string;
}

export interface RuntimePaths {
  /** Folder of the runtime in the image. */
  readonly program: string;
  /** Private state of this runtime, inside the state volume. */
  readonly state: string;
  readonly home: string;
  readonly workspace: string;
  /** Rendered files go here, on tmpfs where the container has one. */
  readonly rendered: string;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface ChannelPlan {
  readonly name: string;
  readonly type: string;
  readonly mode: 'native' | 'relayed' | 'unclaimed';
  readonly fields: { readonly [field: string]: string };
  readonly secrets: { readonly [field: string]: string };
  /** Platform ids of allowed senders, or `*`. Empty exactly when unclaimed. */
  readonly allowFrom: readonly string[];
}

export interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly environment: { readonly [name: string]: string };
  /** The whole command line, program first. No secret in it: it is readable by all. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** Sentences for the log. */
  readonly warnings: readonly string[];
  /** Command that judges `files` before the start; undefined where the runtime has none. */
  readonly validator?: ValidatorCommand;
  readonly endpoint: Endpoint;
}

export interface RenderedFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

export interface ValidatorCommand {
  readonly argv: readonly string[];
  readonly timeout: Millis;
}

/** Where the runtime's message API and probes are. */
export interface Endpoint {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly bearer: string;
}

/** What a validator said about one path of the native configuration. */
export interface NativeIssue {
  readonly path: string;
  readonly message: string;
}

export type ValidatorVerdict =
  | { readonly kind: 'valid'; readonly warnings: readonly string[] }
  | { readonly kind: 'invalid'; readonly issues: readonly NativeIssue[] }
  | { readonly kind: 'broken'; readonly detail: string };

export interface ValidatorOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A runtime as PID 1 sees it. */
export interface Runtime {
  readonly descriptor: RuntimeDescriptor;
  readonly render: (input: RenderInput) => Rendered;
  /** Reads the validator's outcome. Pure. */
  readonly judge: (outcome: ValidatorOutcome) => ValidatorVerdict;
}

/** Where messages go. Exported as `messages` by `runtimes/<name>/messages.ts`; only the relay loads it. */
export interface MessageApi {
  /** Opens what must live as long as the runtime does: an adapter's socket, a listener. */
  readonly connect: (endpoint: Endpoint) => MessageClient;
}

export interface MessageClient {
  /**
   * One turn: the events of the reply as they come, ended by exactly one `done` or `error`. Aborting the signal
   * ends the turn in the runtime too where the runtime can. Callers keep one turn in flight per session.
   */
  readonly send: (turn: Turn, signal: AbortSignal) => AsyncIterable<TurnEvent>;
  readonly close: () => void;
}

export interface Turn {
  /** Only `[a-z0-9-]`, at most 64 characters: safe for runtimes that lower-case, cut or fold ids. */
  readonly session: string;
  /** With a lasting session one user message; for a fresh one the whole conversation. */
  readonly messages: readonly TurnMessage[];
  /** Platform the message came from, e.g. `telegram`; `api` for `/v1`. */
  readonly origin: string;
}

export interface TurnMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

export type TurnEvent =
  | { readonly kind: 'delta'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly code: TurnErrorCode; readonly message: string };

export type TurnErrorCode =
  | 'provider-auth'
  | 'provider-limit'
  | 'provider-error'
  | 'provider-timeout'
  | 'no-reply'
  | 'runtime-unavailable'
  | 'runtime-refused'
  | 'bad-request'
  | 'turn-timeout';
