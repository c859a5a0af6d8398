import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Figure, median, milliseconds } from './figures.ts';

const dist = new URL('../../dist/', import.meta.url).pathname;
const command = `${dist}clawden.mjs`;

/** How fast the command starts, against a Node that does nothing, and how large it is. Needs dist/, no engine. */
export function commandFigures(rounds: number): readonly Figure[] {
  const lines = { node: ['-e', '0'], version: [command, '--version'], help: [command, 'run', '--help'] };
  const { node, version, help } = inTurns(lines, rounds);
  const times = (value: number): string =>
    `${milliseconds(value)}, ${(value / node).toFixed(2)} × bare node (${milliseconds(node)})`;
  const files = [command, ...readdirSync(`${dist}cli`).map((name) => `${dist}cli/${name}`)];
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return [
    {
      name: '`clawden --version`',
      value: times(version),
      goal: '≤ 1.5 ×',
      met: version <= 1.5 * node,
      how: `exec → exit, median of ${rounds}, in turns with \`node -e 0\``,
    },
    { name: '`clawden run --help`', value: times(help), how: 'the same: what a command loads' },
    {
      name: 'bundle of the command',
      value: `${(bytes / 1000).toFixed(0)} kB in ${files.length} files`,
      how: `on disk; the entry ${(statSync(command).size / 1000).toFixed(1)} kB`,
    },
  ];
}

/** Milliseconds from exec to exit of each line, medians. */
function inTurns<K extends string>(
  lines: Readonly<Record<K, readonly string[]>>,
  rounds: number,
): Record<K, number> {
  const names = Object.keys(lines) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const began = performance.now();
      const ran = spawnSync(process.execPath, lines[name], { cwd: tmpdir(), stdio: 'pipe' });
      times[name].push(performance.now() - began);
      if (ran.status !== 0) throw new Error(`${lines[name].join(' ')} ended with ${ran.status}`);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>;
}
