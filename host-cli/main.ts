#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseCommand, splitCommand } from './arguments.ts';
import type { Command, Invocation, OptionTable } from './command.ts';
import { CliError } from './errors.ts';
import { install } from './interrupt.ts';
import { nearest } from './nearest.ts';
import { version } from './program.ts';
import { createUi, type Ui } from './ui.ts';
import { commandHelp, overview } from './usage.ts';

/** Each is loaded when it is asked for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).run,
  chat: async () => (await import('./commands/chat.ts')).chat,
  channels: async () => (await import('./commands/channels.ts')).channels,
  ps: async () => (await import('./commands/ps.ts')).ps,
  stop: async () => (await import('./commands/stop.ts')).stop,
  logs: async () => (await import('./commands/logs.ts')).logs,
};

install();
// A reader that has seen enough (`clawden logs | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const ui = createUi(process, process.env, options.includes('--no-color'));
  try {
    return await dispatch(argv, ui);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (options.includes('--json')) ui.print(JSON.stringify(outcomeOf(error)));
    explain(error, ui);
    return error.exit;
  }
}

async function dispatch(argv: readonly string[], ui: Ui): Promise<number> {
  const { name, rest } = splitCommand(argv);
  if (name === undefined || name === 'help') return withoutCommand(rest, ui);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new CliError('unknown-command', { name, near: nearest(name, Object.keys(commands)) });
  const command = await load();
  // Help wins over every mistake beside it: whoever asks for it is looking for the right spelling.
  if (asksForHelp(rest)) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  const { values, positionals, rest: after } = parseCommand(command, rest);
  const directory = resolve(String(values['project-directory'] ?? '.'));
  const invocation = { options: values, positionals, rest: after, environment: process.env, directory, ui };
  return command.run(invocation as unknown as Invocation<OptionTable>);
}

async function withoutCommand(rest: readonly string[], ui: Ui): Promise<number> {
  const [topic] = rest;
  if (topic === '--version' || topic === '-V') {
    ui.print(version());
    return 0;
  }
  const load = topic !== undefined && Object.hasOwn(commands, topic) ? commands[topic] : undefined;
  if (load) {
    process.stdout.write(commandHelp(await load()));
    return 0;
  }
  const text = overview(await Promise.all(Object.values(commands).map((each) => each())));
  if (rest.length === 0 || asksForHelp(rest)) {
    process.stdout.write(text);
    return 0;
  }
  throw new CliError('unknown-option', { command: '', option: topic ?? '', near: '' });
}

function asksForHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--');
  return rest.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h');
}

function explain(error: CliError, ui: Ui): void {
  const { red } = ui.errorColors;
  for (const line of error.details) ui.note(line);
  if (error.details.length > 0) ui.note('');
  ui.note(`${red('✖')} ${error.message}`);
  if (error.fix !== '') ui.note(`  → ${error.fix}`);
}

function outcomeOf(error: CliError): unknown {
  const { code, message, fix, exit, details } = error;
  return { error: { code, message, fix, details }, exitCode: exit };
}
