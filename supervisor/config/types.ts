import type { ChannelPlan, JsonObject, LogLevel } from '../../runtimes/contract.ts';
import type { Provider } from '../providers/table.ts';

/** What one container will be: every reference resolved, every rule checked. */
export interface Plan {
  readonly instance: string;
  readonly runtime: string;
  readonly provider: ProviderPlan;
  readonly channels: readonly ChannelPlan[];
  readonly tools: readonly string[];
  readonly native: JsonObject;
  readonly port: number;
  readonly expose: 'none' | 'native';
  readonly logLevel: LogLevel;
  /** Bearer token of the public API; undefined: one is made and printed. */
  readonly token?: string;
  readonly stopBudget?: number;
  readonly scriptedEcho: boolean;
  /** Every secret value, for the mask. */
  readonly secrets: readonly string[];
  /** Sentences for the log: defaults taken that a user should know of. */
  readonly notices: readonly string[];
  /** Hash of all that was decided, secrets included only as their own hashes. */
  readonly hash: string;
  /** Where a value came from, by path, for error messages after planning. */
  readonly origins: { readonly [path: string]: Origin };
}

export interface ProviderPlan {
  readonly provider: Provider;
  readonly model: string;
  readonly baseUrl: string;
  /** Undefined for keyless providers. */
  readonly apiKey?: string;
}

export type Origin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'secret-file'; readonly name: string; readonly file: string }
  | { readonly kind: 'argument'; readonly text: string }
  | { readonly kind: 'default' };

/** Variables after `-e` arguments were laid over them and secret files were read. */
export interface Variables {
  readonly get: (name: string) => Variable | undefined;
  readonly names: readonly string[];
}

export interface Variable {
  readonly value: string;
  readonly origin: Origin;
}
