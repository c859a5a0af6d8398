import { parseArgs } from 'node:util';
import { type Command, globalOptions, type Option, type OptionTable } from './command.ts';
import { CliError } from './errors.ts';
import { nearest } from './nearest.ts';

export interface Parsed {
  readonly values: Readonly<Record<string, boolean | string | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
  readonly rest: readonly string[] | undefined;
}

export interface Split {
  readonly before: readonly string[];
  readonly name: string | undefined;
  readonly after: readonly string[];
}

/** The command's name is the first word that is neither an option nor a global option's value. */
export function splitCommand(argv: readonly string[]): Split {
  for (const token of tokensOf(argv, globalOptions)) {
    if (token.kind === 'option-terminator') break;
    if (token.kind !== 'positional') continue;
    return { before: argv.slice(0, token.index), name: token.value, after: argv.slice(token.index + 1) };
  }
  return { before: argv, name: undefined, after: [] };
}

/**
 * Reads a command's arguments by its table; every refusal names the option and the nearest one. `before` is what stood
 * before its name: there a letter means the global option, after the name the command's own, as `-f` of `logs`.
 */
export function parseCommand(
  command: Pick<Command, 'name' | 'options' | 'maxPositionals'>,
  after: readonly string[],
  before: readonly string[] = [],
): Parsed {
  const parsed: Collected = {
    values: emptyValues({ ...command.options, ...globalOptions }),
    positionals: [],
    rest: undefined,
  };
  collect(parsed, command.name, before, tableFor(globalOptions, command.options));
  collect(parsed, command.name, after, tableFor(command.options, globalOptions));
  const surplus = parsed.positionals[command.maxPositionals];
  if (surplus !== undefined) {
    throw new CliError('too-many-arguments', { command: command.name, argument: surplus });
  }
  return parsed;
}

/** Two tables as one; where both have a letter, the first has it. */
export function tableFor(first: OptionTable, second: OptionTable): OptionTable {
  const letters = new Set(Object.values(first).map(({ short }) => short));
  const rest = Object.entries(second).map(([name, option]): [string, Option] => {
    const { short, ...plain } = option;
    return [name, short !== undefined && letters.has(short) ? plain : option];
  });
  return { ...first, ...Object.fromEntries(rest) };
}

interface Collected extends Parsed {
  readonly values: Record<string, boolean | string | string[] | undefined>;
  readonly positionals: string[];
  rest: string[] | undefined;
}

function collect(parsed: Collected, command: string, argv: readonly string[], table: OptionTable): void {
  let rest: string[] | undefined;
  for (const token of tokensOf(argv, table)) {
    if (token.kind === 'option-terminator') rest = parsed.rest = [];
    else if (token.kind === 'positional') (rest ?? parsed.positionals).push(token.value);
    else if (token.kind === 'option') {
      const option = table[token.name];
      if (!option) throw unknownOption(command, token.rawName, table);
      keep(parsed.values, token, option, takenValue(token, option));
    }
  }
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
  values: Collected['values'],
  { name, rawName }: OptionToken,
  option: Option,
  value: string | undefined,
): void {
  const before = values[name];
  if (option.kind === 'flag') values[name] = true;
  else if (Array.isArray(before)) before.push(value ?? '');
  else if (typeof before === 'string' && before !== value) {
    throw new CliError('value-twice', { option: rawName, first: before, second: value ?? '' });
  } else values[name] = value;
}

function unknownOption(command: string, rawName: string, table: OptionTable): CliError {
  const known = Object.keys(table).map((name) => `--${name}`);
  const near = nearest(rawName, known);
  if (command === '') return new CliError('unknown-global-option', { option: rawName, near });
  return new CliError('unknown-option', { command, option: rawName, near });
}
