import { parseArgs } from 'node:util';
import { type Command, globalOptions, type Option, type OptionTable } from './command.ts';
import { CliError } from './errors.ts';
import { nearest } from './nearest.ts';

export interface Parsed {
  readonly values: Readonly<Record<string, boolean | string | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
  readonly rest: readonly string[] | undefined;
}

/** Splits the command's name off: the first word that is neither an option nor a global option's value. */
export function splitCommand(argv: readonly string[]): { name: string | undefined; rest: readonly string[] } {
  for (const token of tokensOf(argv, globalOptions)) {
    if (token.kind === 'option-terminator') break;
    if (token.kind !== 'positional') continue;
    return { name: token.value, rest: [...argv.slice(0, token.index), ...argv.slice(token.index + 1)] };
  }
  return { name: undefined, rest: argv };
}

/** Reads a command's arguments by its table; every refusal names the option and the nearest one. */
export function parseCommand(command: Command, argv: readonly string[]): Parsed {
  const table: OptionTable = { ...command.options, ...globalOptions };
  const values: Record<string, boolean | string | string[] | undefined> = emptyValues(table);
  const positionals: string[] = [];
  let rest: string[] | undefined;
  for (const token of tokensOf(argv, table)) {
    if (token.kind === 'option-terminator') rest = [];
    else if (token.kind === 'positional') (rest ?? positionals).push(token.value);
    else if (token.kind === 'option') {
      const option = table[token.name];
      if (!option) throw unknownOption(command.name, token.rawName, table);
      keep(values, token.name, option, takenValue(token, option));
    }
  }
  const surplus = positionals[command.maxPositionals];
  if (surplus !== undefined) {
    throw new CliError('too-many-arguments', { command: command.name, argument: surplus });
  }
  return { values, positionals, rest };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

// Not strict: node's own messages know neither the nearest name nor the next line to type.
function tokensOf(argv: readonly string[], table: OptionTable): readonly Token[] {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      {
        type: option.kind === 'flag' ? ('boolean' as const) : ('string' as const),
        ...(option.short ? { short: option.short } : {}),
      },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function emptyValues(table: OptionTable): Record<string, boolean | string[] | undefined> {
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => {
      if (option.kind === 'flag') return [name, false];
      return [name, option.repeatable ? [] : undefined];
    }),
  );
}

function takenValue(token: OptionToken, option: Option): string | undefined {
  if (option.kind === 'flag') {
    if (token.value !== undefined) throw new CliError('value-unwanted', { option: token.rawName });
    return undefined;
  }
  const swallowed = token.inlineValue === false && token.value.startsWith('-') && token.value !== '-';
  if (token.value === undefined || swallowed) {
    throw new CliError('value-missing', { option: token.rawName, value: option.value });
  }
  return token.value;
}

function keep(
  values: Record<string, boolean | string | string[] | undefined>,
  name: string,
  option: Option,
  value: string | undefined,
): void {
  const before = values[name];
  if (option.kind === 'flag') values[name] = true;
  else if (Array.isArray(before)) before.push(value ?? '');
  else values[name] = value;
}

function unknownOption(command: string, rawName: string, table: OptionTable): CliError {
  const known = Object.keys(table).map((name) => `--${name}`);
  return new CliError('unknown-option', { command, option: rawName, near: nearest(rawName, known) });
}
