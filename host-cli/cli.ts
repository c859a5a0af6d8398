import { dirname, resolve } from 'node:path';
import { type Parsed, parseCommand, splitCommand } from './arguments.ts';
import { type Command, type Invocation, type OptionTable, versionOption } from './command.ts';
import { commands } from './commands.ts';
import { CliError } from './errors.ts';
import { explain } from './explain.ts';
import { install } from './interrupt.ts';
import { nearest } from './nearest.ts';
import { nameProject } from './program.ts';
import { createUi, type Ui } from './ui.ts';
import { asCliError } from './unexpected.ts';
import { commandHelp, overview } from './usage.ts';
import { version } from './version.ts';

/** The whole command; its exit code becomes the process's. */
export async function cli(argv: readonly string[]): Promise<void> {
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const ui = createUi(process, process.env, options.includes('--no-color'));
  const tell = (error: unknown): number => {
    const known = asCliError(error, process.env);
    if (options.includes('--json')) ui.print(JSON.stringify(outcomeOf(known)));
    explain(known, ui);
    return known.exit;
  };
  install();
  // What escapes every await: a rejection that nobody took, a listener that threw.
  process.on('uncaughtException', (error) => process.exit(tell(error)));
  process.exitCode = await dispatch(argv, ui).catch(tell);
}

async function dispatch(argv: readonly string[], ui: Ui): Promise<number> {
  const { before, name, after } = splitCommand(argv);
  if (name === 'help') return help(after.find((word) => !word.startsWith('-')));
  if (name === undefined || name === 'version') return withoutCommand(name, [...before, ...after], ui);
  const command = await load(name);
  // Help wins over every mistake beside it: whoever asks for it is looking for the right spelling.
  if (asksForHelp([...before, ...after])) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  const { values, positionals, rest } = parseCommand(command, after, before);
  const { file, directory } = whichProject(values);
  const invocation = { options: values, positionals, rest, environment: process.env, file, directory, ui };
  return command.run(invocation as unknown as Invocation<OptionTable>);
}

/** As compose has it: FILE is relative to here, and its folder is the project unless another is named. */
function whichProject(values: Parsed['values']): { file: string | undefined; directory: string } {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const [named, folder] = [text(values.file), text(values['project-directory'])];
  nameProject(named, folder);
  const file = named === undefined ? undefined : resolve(named);
  return { file, directory: resolve(folder ?? (file === undefined ? '.' : dirname(file))) };
}

function load(name: string): Promise<Command> {
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (known) return known();
  const names = [...Object.keys(commands), 'help', 'version'];
  throw new CliError('unknown-command', { name, near: nearest(name, names) });
}

/** Only options, or `version`. */
async function withoutCommand(name: string | undefined, words: readonly string[], ui: Ui): Promise<number> {
  if (asksForHelp(words)) return help(undefined);
  const { values } = parseCommand({ name: name ?? '', options: versionOption, maxPositionals: 0 }, words);
  if (name === undefined && values.version !== true) return help(undefined);
  ui.print(version());
  return 0;
}

async function help(topic: string | undefined): Promise<number> {
  const text =
    topic === undefined
      ? overview(await Promise.all(Object.values(commands).map((each) => each())))
      : commandHelp(await load(topic));
  process.stdout.write(text);
  return 0;
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h');
}

function outcomeOf(error: CliError): unknown {
  const { code, message, fix, exit, details } = error;
  return { error: { code, message, fix, details }, exitCode: exit };
}
