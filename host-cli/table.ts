import stringWidth from 'fast-string-width';
import { wrapCell } from './table-wrap.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** The least width, in terminal cells, that the column may be wrapped to; without it, it is never wrapped. */
  readonly wrapsTo?: number;
}

/** Colours are put on after the layout: a text must come without escape sequences. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableView {
  /** Terminal cells of a line; undefined: as wide as it gets (a pipe, a file). */
  readonly width: number | undefined;
  /** For the titles. */
  readonly paint: (text: string) => string;
}

const GAP = 2;

/**
 * Lines of a table, aligned by terminal cells. Where it is too wide, the widest columns that may are wrapped at words;
 * where even that does not do, each row becomes a block of `TITLE  value` lines. `\n` in a text begins a line; other
 * control characters become spaces, since texts may come from a container.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  view: TableView,
): readonly string[] {
  const cells = rows.map((row) => columns.map((_, index) => plain(row[index] ?? '')));
  const widths = columnWidths(columns, cells, view.width);
  if (widths === undefined) return blocks(columns, cells, view);
  const titles = columns.map(({ title }) => ({ text: title, paint: view.paint }));
  return [titles, ...cells].flatMap((row) => lines(columns, row, widths));
}

interface Plain {
  readonly text: string;
  readonly paint: (text: string) => string;
}

function plain(cell: Cell): Plain {
  const { text, paint } = typeof cell === 'string' ? { text: cell, paint: unpainted } : cell;
  // Escape sequences, and marks that turn the direction of the line around.
  return { text: text.replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, ' '), paint };
}

function unpainted(text: string): string {
  return text;
}

/** Widths of the columns; undefined where they do not fit into the line. */
function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly Plain[])[],
  width = Number.POSITIVE_INFINITY,
): readonly number[] | undefined {
  const widths = columns.map(({ title }, index) =>
    Math.max(stringWidth(title), ...rows.map((row) => widest(row[index]?.text ?? ''))),
  );
  const least = columns.map(({ title, wrapsTo }) =>
    wrapsTo === undefined ? Number.POSITIVE_INFINITY : Math.max(wrapsTo, stringWidth(title)),
  );
  const surplus = (): number => widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  while (surplus() > 0) {
    const squeezable = [...widths.keys()].filter((index) => at(widths, index) > at(least, index));
    const [first] = squeezable.sort((a, b) => at(widths, b) - at(widths, a));
    if (first === undefined) return undefined;
    widths[first] = at(widths, first) - 1;
  }
  return widths;
}

function lines(columns: readonly Column[], row: readonly Plain[], widths: readonly number[]): string[] {
  const wrapped = row.map(({ text }, index) => wrapCell(text, at(widths, index)));
  const height = Math.max(...wrapped.map((each) => each.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map(({ paint }, index) => {
        const text = wrapped[index]?.[line] ?? '';
        const blank = ' '.repeat(Math.max(0, at(widths, index) - stringWidth(text)));
        const painted = text === '' ? '' : paint(text);
        if (columns[index]?.align === 'right') return blank + painted;
        return index === row.length - 1 ? painted : painted + blank;
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function blocks(columns: readonly Column[], rows: readonly (readonly Plain[])[], view: TableView): string[] {
  const left = Math.max(...columns.map(({ title }) => stringWidth(title)));
  const right = Math.max(8, (view.width ?? 0) - left - GAP);
  return rows.flatMap((row, place) => [
    ...(place === 0 ? [] : ['']),
    ...row.flatMap(({ text, paint }, index) => {
      if (text === '') return [];
      const title = columns[index]?.title ?? '';
      const blank = ' '.repeat(left - stringWidth(title));
      return wrapCell(text, right).map((each, line) =>
        line === 0
          ? `${view.paint(title)}${blank}${' '.repeat(GAP)}${paint(each)}`
          : ' '.repeat(left + GAP) + paint(each),
      );
    }),
  ]);
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => stringWidth(line)));
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
