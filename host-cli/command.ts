import type { Ui } from './ui.ts';

/** One option of a command; the same row parses it and explains it in --help. */
export type Option = FlagOption | ValueOption;

export interface FlagOption {
  readonly kind: 'flag';
  readonly short?: string;
  readonly help: string;
}

export interface ValueOption {
  readonly kind: 'value';
  readonly short?: string;
  /** Placeholder of the value in --help. */
  readonly value: string;
  readonly repeatable?: true;
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** What a table yields: flags are booleans, repeatable values are lists. */
export type Values<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends FlagOption
    ? boolean
    : T[K] extends { readonly repeatable: true }
      ? readonly string[]
      : string | undefined;
};

export interface Invocation<T extends OptionTable> {
  readonly options: Values<T> & Values<typeof globalOptions>;
  readonly positionals: readonly string[];
  /** What stood after `--`; undefined when there was no `--`. */
  readonly rest: readonly string[] | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** What -f named, as an absolute path; undefined: clawden.yaml of the project, if there is one. */
  readonly file: string | undefined;
  /** The project: --project-directory, else the folder of the file that -f named, else the working directory. */
  readonly directory: string;
  readonly ui: Ui;
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  readonly summary: string;
  /** What follows the command's name, e.g. `[name] [options]`. */
  readonly usage: string;
  readonly description: string;
  readonly options: T;
  readonly examples: readonly Example[];
  /** Positionals allowed; Infinity for free text. */
  readonly maxPositionals: number;
  run(invocation: Invocation<T>): Promise<number>;
}

export interface Example {
  readonly type: string;
  readonly does: string;
}

/** Options that every command takes, before its name or after it; a command's own letter wins after its name. */
export const globalOptions = {
  file: { kind: 'value', short: 'f', value: 'FILE', help: "instead of the project's clawden.yaml" },
  'project-directory': {
    kind: 'value',
    value: 'DIR',
    help: 'the project: clawden.yaml, .env, instances (default: that of FILE, or here)',
  },
  'no-color': { kind: 'flag', help: 'plain text; NO_COLOR=1 does the same' },
  help: { kind: 'flag', short: 'h', help: 'this text' },
} as const satisfies OptionTable;

/** Where no command is named. */
export const versionOption = {
  version: { kind: 'flag', short: 'V', help: 'the version of this command; `clawden version` does the same' },
} as const satisfies OptionTable;

/** Checks a command's options against its own table, then lets it stand beside the others. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command {
  return command as unknown as Command;
}
