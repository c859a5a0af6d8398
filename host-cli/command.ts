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

/** Options that every command takes. */
export const globalOptions = {
  'project-directory': {
    kind: 'value',
    value: 'DIR',
    help: 'the project: its clawden.yaml, .env and instances (default: here)',
  },
  'no-color': { kind: 'flag', help: 'plain text; NO_COLOR=1 does the same' },
  help: { kind: 'flag', short: 'h', help: 'this text' },
} as const satisfies OptionTable;

/** Checks a command's options against its own table, then lets it stand beside the others. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command {
  return command as unknown as Command;
}
