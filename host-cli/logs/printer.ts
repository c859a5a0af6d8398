import { once } from 'node:events';
import { readableLine } from '../log-lines.ts';
import type { Colors, Ui } from '../ui.ts';
import type { NamedLine } from './merge.ts';

export interface Printer {
  /** Resolves when there is room for more. */
  print(lines: readonly NamedLine[]): Promise<void>;
  /** Names that may come: with more than one, lines are prefixed from now on, aligned to the longest. */
  expect(names: readonly string[]): void;
}

/** `single`: no prefix, whatever else may come. */
export function createPrinter(ui: Ui, out: NodeJS.WriteStream, single: boolean): Printer {
  const { colors } = ui;
  const names: string[] = [];
  let room: Promise<unknown> | undefined;
  const expect = (more: readonly string[]): void => {
    names.push(...more.filter((name, place) => !names.includes(name) && more.indexOf(name) === place));
  };
  const prefixOf = (name: string): string => {
    if (single || names.length < 2) return '';
    const width = Math.max(...names.map((each) => each.length));
    return paintOf(names.indexOf(name), colors)(`${name.padEnd(width)}  | `);
  };
  return {
    expect,
    print: async (lines) => {
      const prefixes = new Map(names.map((name) => [name, prefixOf(name)]));
      const written = lines.map(({ name, text }) => {
        const shown = ui.stdoutIsTerminal ? readableLine(text, colors) : text;
        return `${prefixes.get(name) ?? ''}${shown}\n`;
      });
      if (written.length === 0 || out.write(written.join(''))) return;
      // One wait for all that follow.
      room ??= once(out, 'drain').finally(() => {
        room = undefined;
      });
      await room;
    },
  };
}

function paintOf(place: number, colors: Colors): (text: string) => string {
  const paints = [colors.cyan, colors.yellow, colors.green, colors.magenta, colors.blue];
  const bright = [colors.cyanBright, colors.yellowBright, colors.greenBright, colors.magentaBright];
  return [...paints, ...bright][place % 9] ?? colors.cyan;
}
