import { fixHere } from './fix-here.ts';
import { objectOf } from './http.ts';
import { printable } from './printable.ts';
import type { Colors } from './ui.ts';

/** A line of our own log for people: time, component, message, its fields, and below it what to type. Everything else passes unchanged. */
export function readableLine(line: string, colors: Colors): string {
  const entry = entryOf(line);
  if (!entry) return line;
  const time = colors.dim(/T(\d\d:\d\d:\d\d)/.exec(entry.time)?.[1] ?? entry.time);
  const component = entry.component === '' ? '' : `${colors.cyan(entry.component.padEnd(10))} `;
  const fields = entry.fields.map((field) => ` ${colors.dim(field)}`).join('');
  const fix = entry.fix === undefined ? '' : `\n  → ${entry.fix}`;
  return `${time} ${component}${levelColor(entry.level, colors)(entry.msg)}${fields}${fix}`;
}

/**
 * Why a container ended, from its log: the error blocks it printed (each ends with a line `→ fix`), else its own
 * last errors, else simply its last lines.
 */
export function lastErrors(log: string): readonly string[] {
  const lines = log.split('\n').map((line) => line.trimEnd());
  const blocks = errorBlocks(lines);
  if (blocks.length > 0) return blocks.slice(-60);
  const errors = lines.map(entryOf).filter((entry) => entry !== undefined && /error|fatal/.test(entry.level));
  if (errors.length > 0) return errors.slice(-5).flatMap((entry) => (entry ? entryLines(entry) : []));
  return lines
    .filter((line) => line !== '')
    .map((line) => entryOf(line)?.msg ?? line)
    .slice(-10);
}

interface Entry {
  readonly time: string;
  readonly level: string;
  readonly component: string;
  readonly msg: string;
  readonly fix: string | undefined;
  /** The others, as `name=value`. */
  readonly fields: readonly string[];
}

const SHOWN_APART: ReadonlySet<string> = new Set(['time', 'level', 'component', 'msg', 'fix']);

function entryOf(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  const fields = objectOf(line);
  if (typeof fields?.msg !== 'string' || fields.level === undefined || fields.time === undefined)
    return undefined;
  return {
    time: String(fields.time),
    level: String(fields.level),
    component: typeof fields.component === 'string' ? fields.component : '',
    // Inside JSON a control character is harmless; taken out of it, it would reach the terminal.
    msg: printable(fields.msg),
    fix: typeof fields.fix === 'string' ? printable(fixHere(fields.fix)) : undefined,
    fields: Object.entries(fields)
      .filter(([name, value]) => !SHOWN_APART.has(name) && value !== '')
      .map(([name, value]) =>
        printable(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
      ),
  };
}

function entryLines(entry: Entry): string[] {
  return entry.fix === undefined ? [entry.msg] : [entry.msg, `  → ${entry.fix}`];
}

const BLOCK_HEAD = / {2}\[[a-z][a-z-]*\]$/;
const BLOCK_END = /^ {2}→ /;

function errorBlocks(lines: readonly string[]): string[] {
  const blocks: string[] = [];
  let open: string[] | undefined;
  for (const line of lines) {
    if (BLOCK_HEAD.test(line) && entryOf(line) === undefined) open = [line];
    else if (open) open.push(line.replace(/^ {2}→ (.*)$/, (_whole, fix: string) => `  → ${fixHere(fix)}`));
    if (open && BLOCK_END.test(line)) {
      blocks.push(...open);
      open = undefined;
    }
  }
  return blocks;
}

function levelColor(level: string, colors: Colors): (text: string) => string {
  if (/error|fatal/.test(level)) return colors.red;
  if (level === 'warn') return colors.yellow;
  return (text) => text;
}
