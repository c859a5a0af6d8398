/** The part of the contract that turns a plan into files, environment and command line. */
import type { Dialect } from '../supervisor/providers/table.ts';
import type { Millis } from './contract.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** All that a render may know. Everything in it is decided: no clock, no randomness, no file is read. */
export interface RenderInput {
  readonly instance: string;
  /** Release of the runtime in the image. */
  readonly version: string;
  /** Model as the provider names it. */
  readonly model: string;
  readonly door: Door;
  readonly channels: readonly ChannelPlan[];
  /** Native keys from `config:`, judged by the runtime's own validator. */
  readonly native: JsonObject;
  /** Strings of `native` that came from variables, so that a secret can be handed on by reference. */
  readonly references: readonly NativeReference[];
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

/** A string of the native configuration and the variable it came from. */
export interface NativeReference {
  /** Keys and indices from the root. */
  readonly path: readonly (string | number)[];
  readonly variable: string;
  readonly secret: boolean;
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
  /** The program that hands a request to the secret door. */
  readonly secretDoor: string;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface ChannelPlan {
  readonly name: string;
  readonly type: string;
  readonly mode: 'native' | 'relayed' | 'unclaimed';
  /** How it is served once somebody may talk on it; the same as `mode` unless it is unclaimed. */
  readonly serves: 'native' | 'relayed';
  /** Where others read too: never answer, answer an allowed sender who mentions the bot, or whatever one writes. */
  readonly groups: GroupPolicy;
  readonly fields: { readonly [field: string]: string };
  readonly secrets: { readonly [field: string]: string };
  /** Platform ids of allowed senders, or `*`. Empty exactly when unclaimed. */
  readonly allowFrom: readonly string[];
}

export type GroupPolicy = 'off' | 'mention' | 'all';

export interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly environment: { readonly [name: string]: string };
  /** Over `environment` where its program talks to a person: run once, or by `clawden exec`. What it prints is no log. */
  readonly forPeople?: { readonly [name: string]: string };
  /** The whole command line, program first. No secret in it: it is readable by all. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** Sentences for the log. */
  readonly warnings: readonly string[];
  /** Commands that judge `files` before the start, in order; the first refusal ends the boot. */
  readonly validators: readonly ValidatorCommand[];
  readonly endpoint: Endpoint;
  /** What the runtime calls a native channel, by our name of it; absent: the same. */
  readonly channelNames?: { readonly [channel: string]: string };
  /** In none of the files, not in the environment: the runtime asks for them at the secret door, once per start. */
  readonly oneTimeSecrets?: OneTimeSecrets;
}

/** Value by the id that the rendered files name. */
export type OneTimeSecrets = { readonly [id: string]: string };

/** What the runtime wants to read, and the ids whose values are in it: those are not given again. */
export interface SecretsAnswer {
  readonly text: string;
  readonly given: readonly string[];
}

export interface RenderedFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
  /** Read at the start only: removed once the runtime is ready, so that its agent cannot read it. */
  readonly readOnce?: true;
}

export interface ValidatorCommand {
  /** Which one it is, for `judge`. */
  readonly name: string;
  readonly argv: readonly string[];
  /** Sent to it; without it its input is at its end. */
  readonly stdin?: string;
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
  /** Name of the command that ran. */
  readonly name: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
