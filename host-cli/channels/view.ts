import { program } from '../program.ts';
import { type Cell, type Column, table } from '../table.ts';
import type { Colors } from '../ui.ts';
import type { ChannelRow } from './row.ts';

const columns: readonly Column[] = [
  { title: 'INSTANCE', wrapsTo: 10 },
  { title: 'CHANNEL', wrapsTo: 10 },
  { title: 'TYPE' },
  { title: 'ACCOUNT', wrapsTo: 10 },
  { title: 'BADGE' },
  { title: 'STATE', wrapsTo: 11 },
  { title: 'REASON', wrapsTo: 16 },
];

/** The lines of `clawden channels`; `width` in terminal cells. */
export function channelsTable(
  rows: readonly ChannelRow[],
  width: number | undefined,
  colors: Colors,
): readonly string[] {
  return table(
    columns,
    rows.map((row) => cellsOf(row, colors)),
    { width, paint: colors.bold },
  );
}

function cellsOf(row: ChannelRow, colors: Colors): Cell[] {
  const advice = row.advice?.replaceAll('{clawden}', program()) ?? '';
  return [
    row.instance,
    row.channel,
    row.type ?? '',
    row.account ?? '',
    { text: row.badge, paint: paintOf(row, colors) },
    { text: row.state.replaceAll('-', ' '), paint: paintOf(row, colors) },
    row.reason === null || row.reason === row.state ? advice : `${row.reason}: ${advice}`,
  ];
}

function paintOf({ state }: ChannelRow, colors: Colors): (text: string) => string {
  switch (state) {
    case 'up':
      return colors.green;
    case 'down':
      return colors.red;
    case 'not-running':
      return colors.dim;
    default:
      return colors.yellow;
  }
}
