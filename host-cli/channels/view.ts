import { program } from '../program.ts';
import { spokenDuration } from '../ps/duration.ts';
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
  { title: 'SINCE' },
  { title: 'IN' },
  { title: 'OUT' },
  { title: 'REASON', wrapsTo: 16 },
];

export interface View {
  /** In terminal cells. */
  readonly width: number | undefined;
  readonly colors: Colors;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The lines of `clawden channels`. A column that says nothing of any channel is left out. */
export function channelsTable(rows: readonly ChannelRow[], view: View): readonly string[] {
  const cells = rows.map((row) => cellsOf(row, view));
  const said = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column, index }) => !times.has(column.title) || cells.some((row) => row[index] !== ''));
  return table(
    said.map(({ column }) => column),
    cells.map((row) => said.map(({ index }) => row[index] ?? '')),
    { width: view.width, paint: view.colors.bold },
  );
}

/** Of channels that the relay speaks, and only once something came or went. */
const times: ReadonlySet<string> = new Set(['SINCE', 'IN', 'OUT']);

function cellsOf(row: ChannelRow, { colors, now }: View): Cell[] {
  const paint = paintOf(row, colors);
  return [
    row.instance,
    row.channel,
    row.type ?? '',
    row.account ?? '',
    { text: row.badge, paint },
    { text: row.state.replaceAll('-', ' '), paint },
    ago(row.connectedSince, now, ''),
    ago(row.lastIn, now),
    ago(row.lastOut, now),
    reasonOf(row, now),
  ];
}

function reasonOf(row: ChannelRow, now: number): string {
  const { reason, state, waiting, lastError } = row;
  const advice = toldBelow(row) ?? row.advice?.replaceAll('{clawden}', program()) ?? '';
  const code = reason === null || reason === state ? advice : `${reason}: ${advice}`;
  const queue = waiting ? `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'}` : '';
  // What went wrong and is over; as long as it lasts the reason says it.
  const error = lastError && reason === null ? `${ago(lastError.at, now)}: ${lastError.text}` : '';
  return [code, queue, error].filter((text) => text !== '').join('; ');
}

/** What stands below the table; undefined: nothing of this channel. */
function toldBelow({ reason, claim, lockedUntil }: ChannelRow): string | undefined {
  if (reason !== 'unclaimed') return undefined;
  if (claim) return 'send it the code below';
  return lockedUntil === null ? undefined : 'its code was guessed at too often';
}

function ago(time: string | null, now: number, suffix = ' ago'): string {
  return time === null ? '' : `${spokenDuration((now - Date.parse(time)) / 1000)}${suffix}`;
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
