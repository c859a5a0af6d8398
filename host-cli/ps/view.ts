import { type Cell, type Column, table } from '../table.ts';
import type { Colors } from '../ui.ts';
import { spokenDuration } from './duration.ts';
import type { InstanceRow, State } from './row.ts';
import { channelWords } from './words.ts';

const columns: readonly Column[] = [
  { title: 'NAME', wrapsTo: 12 },
  { title: 'RUNTIME', wrapsTo: 10 },
  { title: 'STATE', wrapsTo: 13 },
  { title: 'UPTIME', align: 'right' },
  { title: 'RESTARTS', align: 'right' },
  { title: 'PORT', align: 'right' },
  { title: 'CHANNELS', wrapsTo: 12 },
];

/** The lines of `clawden ps`; `now` in milliseconds since 1970, `width` in terminal cells. */
export function psTable(
  rows: readonly InstanceRow[],
  now: number,
  width: number | undefined,
  colors: Colors,
): readonly string[] {
  return table(
    columns,
    rows.map((row) => cellsOf(row, now, colors)),
    { width, paint: colors.bold },
  );
}

function cellsOf(row: InstanceRow, now: number, colors: Colors): Cell[] {
  const channels = row.channels ?? [];
  const closed = channels.some(({ state }) => state !== 'up');
  return [
    row.name,
    [row.runtime, row.runtimeVersion].filter((each) => each !== null).join(' '),
    { text: stateText(row, now), paint: paintOf(row.state, colors) },
    row.uptimeSeconds === null ? '' : spokenDuration(row.uptimeSeconds),
    row.restarts === null ? '' : String(row.restarts.total),
    row.port === null ? '' : String(row.port),
    {
      text: channels.map(channelWords).join('\n'),
      paint: closed ? colors.yellow : (text) => text,
    },
  ];
}

function stateText({ state, reason, exitCode, endedAt }: InstanceRow, now: number): string {
  const words = state.replaceAll('-', ' ');
  const details = [
    ...(exitCode === null ? [] : [`exit code ${exitCode}`]),
    ...(endedAt === null ? [] : [`${spokenDuration((now - Date.parse(endedAt)) / 1000)} ago`]),
    ...(reason === null ? [] : [reason]),
  ];
  return details.length === 0 ? words : `${words}: ${details.join(', ')}`;
}

function paintOf(state: State, colors: Colors): (text: string) => string {
  if (state === 'ready') return colors.green;
  if (state === 'failed') return colors.red;
  return state === 'stopped' || state === 'not-started' ? colors.dim : colors.yellow;
}
