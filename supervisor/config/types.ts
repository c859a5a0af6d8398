import type {
  ChannelPlan,
  JsonObject,
  LogLevel,
  Millis,
  RuntimeDescriptor,
} from '../../runtimes/contract.ts';
import type { Problem } from '../errors/problem.ts';
import type { Dialect, Provider } from '../providers/table.ts';

/** What one container will be: every reference resolved, every rule checked. */
export interface Plan {
  readonly instance: string;
  readonly runtime: string;
  readonly provider: ProviderPlan;
  readonly channels: readonly ChannelPlan[];
  readonly tools: readonly string[];
  /** Native keys with every `$VAR` already replaced by its value. */
  readonly native: JsonObject;
  /** Which strings of `native` came from a variable. Secret values are in `secrets` too. */
  readonly nativeReferences: readonly NativeReference[];
  readonly port: number;
  readonly expose: 'none' | 'native';
  readonly logLevel: LogLevel;
  /** Bearer token of the public API; undefined: one is made and printed. */
  readonly token?: string;
  readonly stopBudget?: Millis;
  readonly scriptedEcho: boolean;
  /** `env:` of the file, for the runtime's own process. */
  readonly env: { readonly [name: string]: string };
  /** What the container is made of, as written; the image itself has no use for it. */
  readonly host: HostSettings;
  /** Names of the variables that decided something: all that a container of this instance has to be given. */
  readonly variables: readonly string[];
  /** Names of set variables that the named tools take. */
  readonly toolVariables: readonly string[];
  /** Why each channel is native, relayed or unclaimed: one sentence a channel, by name. */
  readonly channelReasons: { readonly [channel: string]: string };
  /** Every secret value, for the mask. */
  readonly secrets: readonly string[];
  /** Sentences for the log: defaults taken that a user should know of. */
  readonly notices: readonly string[];
  /** Hash of all that was decided, secrets included only as their own hashes. */
  readonly hash: string;
  /** Texts of the file whose references brought a value, as they are written, by path as in `origins`. */
  readonly written: { readonly [path: string]: string };
  /** Where a value came from, by path, for error messages after planning. */
  readonly origins: { readonly [path: string]: Origin };
}

export interface HostSettings {
  readonly image?: string;
  /** As the engine takes it: a number and a unit. */
  readonly memory?: string;
  readonly cpus?: number;
  /** Relative to the file's folder, absolute, or beginning with `~/`. */
  readonly workspace?: string;
}

export interface ProviderPlan {
  /** By the name that the file has for it. */
  readonly provider: Provider;
  /** Its name in the table of providers. */
  readonly type: string;
  readonly model: string;
  /** The first dialect of the runtime that the provider has. */
  readonly dialect: Dialect;
  /** For `dialect`; CLAWDEN_BASE_URL where it is set. */
  readonly baseUrl: string;
  /** Undefined for keyless providers. */
  readonly apiKey?: string;
}

export interface NativeReference {
  /** Keys and indices from the root of `native`. */
  readonly path: readonly (string | number)[];
  readonly variable: string;
  readonly secret: boolean;
}

/** All that a plan may depend on. */
export interface PlanInput {
  /** Positional runtime and the problems-free rest of the command line. */
  readonly arguments: { readonly runtime?: string };
  readonly variables: Variables;
  readonly file?: ConfigFile;
  /** Site defaults, TOML. */
  readonly defaults?: ConfigFile;
  /** Problems found on the way here, e.g. a file that cannot be read: reported together with the plan's own. */
  readonly problems?: readonly Problem[];
  /** Every runtime the project knows. */
  readonly runtimes: readonly KnownRuntime[];
  /** Undefined: no image is at hand; whatever the project knows may be in it, and any tool. */
  readonly image: ImageContents | undefined;
}

/** As much of a runtime as decides about a plan. */
export interface KnownRuntime {
  readonly descriptor: Pick<
    RuntimeDescriptor,
    'name' | 'title' | 'defaultPort' | 'dialects' | 'environment' | 'nativeChannels' | 'ownedPaths'
  >;
}

export interface ConfigFile {
  /** As errors name it. */
  readonly path: string;
  readonly text: string;
}

export interface ImageContents {
  readonly runtimes: readonly string[];
  readonly tools: readonly string[];
  /** Channel plugins by runtime, from the manifests. */
  readonly plugins: { readonly [runtime: string]: readonly string[] };
  /** Names of the variables that a tool takes, by tool; only the launcher has a use for them. */
  readonly toolVariables?: { readonly [tool: string]: readonly string[] };
}

export type Origin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'secret-file'; readonly name: string; readonly file: string }
  | { readonly kind: 'argument'; readonly text: string }
  | { readonly kind: 'default' };

/** Variables after `-e` arguments were laid over them and secret files were read. */
export interface Variables {
  /** Empty counts as unset. */
  readonly get: (name: string) => Variable | undefined;
  /** The same for a `$NAME` in clawden.yaml: any name, through all three doors. */
  readonly refer: (name: string) => Reference;
  readonly names: readonly string[];
  readonly problems: readonly Problem[];
}

export interface Variable {
  readonly value: string;
  readonly origin: Origin;
  /** The environment's value under an `-e` argument of the same name. */
  readonly covered?: Variable;
}

export type Reference =
  | { readonly kind: 'value'; readonly variable: Variable; readonly secret: boolean }
  | { readonly kind: 'unset' }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** One variable the image understands, for the code and for the docs. */
export interface KnownVariable {
  readonly name: string;
  /** It may also come by NAME_FILE or as a file in CLAWDEN_SECRETS_DIR, and never as an argument. */
  readonly secret: boolean;
  readonly meaning: string;
}

/** A kind of chat account, as data. */
export interface ChannelType {
  readonly type: string;
  readonly title: string;
  /**
   * Its platform vouches for the sender of a message, so that whoever brings the one-time code may become the owner.
   * Elsewhere senders can be forged, and the list of them is a required field.
   */
  readonly claimable: boolean;
  readonly fields: readonly ChannelField[];
  /** Opens a direct chat that sends the code when its person agrees. `account` as `check.ts` gives it. Pure. */
  readonly claimLink?: (account: string, code: string) => string | undefined;
}

export interface ChannelField {
  /** Key in clawden.yaml. */
  readonly name: string;
  readonly secret: boolean;
  /** Usual variable: used without a file, and for a channel named like its type. */
  readonly variable: string;
  readonly required: boolean;
  /**
   * `senders` is the list of who may talk to the agent, `groups` what is answered where others read too; at most one of
   * each per type. `url` is an address that paths are put behind, `endpoint` one that is called as it stands.
   */
  readonly kind: 'text' | 'url' | 'endpoint' | 'senders' | 'groups';
  /** It says something about groups alone. */
  readonly ofGroups?: true;
  readonly pattern?: RegExp;
  readonly expected: string;
  readonly example: string;
  readonly help: string;
}
