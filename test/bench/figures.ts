import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** One measured figure, with its goal where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal?: string;
  readonly met?: boolean;
  readonly how: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

/** The table of docs/benchmarks.md. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, goal, met, how }) => {
    const verdict = met === undefined ? '' : met ? ' ✓' : ' **missed**';
    return `| ${name} | ${value} | ${goal ?? '–'}${verdict} | ${how} |`;
  });
  return ['| figure | measured | goal | how |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** Puts a table between `<!-- measured: NAME -->` and `<!-- end -->` of docs/benchmarks.md. */
export function writeTable(name: string, figures: readonly Figure[]): void {
  const place = new URL('../../docs/benchmarks.md', import.meta.url).pathname;
  const date = new Date().toISOString().slice(0, 10);
  const cpu = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`;
  const when = `Measured ${date} on ${cpu}, load ${loadavg()[0]?.toFixed(1)}.`;
  const before = readFileSync(place, 'utf8');
  const after = before.replace(
    new RegExp(`(<!-- measured: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`),
    (_whole, open: string, close: string) => `${open}${when}\n\n${tableOf(figures)}${close}`,
  );
  if (!after.includes(`<!-- measured: ${name} -->`))
    throw new Error(`docs/benchmarks.md has no table "${name}"`);
  writeFileSync(place, after);
}

/** Bytes of a process that are its own (RssAnon). */
export function anonymous(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}
