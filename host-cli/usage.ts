import { tableFor } from './arguments.ts';
import {
  type Command,
  type Example,
  globalOptions,
  type Option,
  type OptionTable,
  versionOption,
} from './command.ts';

/** `clawden --help`. */
export function overview(commands: readonly Command[]): string {
  return `${[
    'clawden runs an agent runtime in a supervised container and lets you talk to it.',
    '',
    'Usage: clawden [options] COMMAND [options]',
    '',
    'Commands:',
    ...columns(commands.map((command) => [command.name, command.summary])),
    '',
    'Options of every command:',
    ...optionLines({ ...globalOptions, ...versionOption }),
    '',
    ...exampleLines([
      { type: 'clawden run openclaw -d', does: 'start OpenClaw in the background' },
      { type: 'clawden chat "hello"', does: 'ask it something' },
      { type: 'clawden stop', does: 'stop it; its memory stays' },
      {
        type: 'clawden init && clawden up',
        does: 'with a clawden.yaml: write one, and bring up what it says',
      },
    ]),
    '',
    'clawden COMMAND --help explains a command.',
  ].join('\n')}\n`;
}

/** `clawden COMMAND --help`. */
export function commandHelp(command: Command): string {
  return `${[
    `clawden ${command.name}: ${command.summary}`,
    '',
    `Usage: clawden ${command.name} ${command.usage}`,
    '',
    command.description,
    '',
    'Options:',
    ...optionLines(tableFor(command.options, globalOptions)),
    '',
    ...exampleLines(command.examples),
  ].join('\n')}\n`;
}

function optionLines(table: OptionTable): string[] {
  return columns(Object.entries(table).map(([name, option]) => [optionName(name, option), option.help]));
}

function optionName(name: string, option: Option): string {
  const short = option.short ? `-${option.short}, ` : '    ';
  return `${short}--${name}${option.kind === 'value' ? ` ${option.value}` : ''}`;
}

function exampleLines(examples: readonly Example[]): string[] {
  return ['Examples:', ...examples.flatMap(({ type, does }) => [`  # ${does}`, `  ${type}`])];
}

const WIDTH = 104;

/** Two columns; the right one wraps under itself. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([first]) => first.length));
  return rows.flatMap(([first, second]) => {
    const lines = wrap(second, WIDTH - left - 4);
    return lines.map((line, index) => `  ${(index === 0 ? first : '').padEnd(left)}  ${line}`);
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
