import { CliError } from './errors.ts';

export interface DotenvEntry {
  readonly name: string;
  /** Undefined for a bare NAME: the caller's own value is meant, as in docker's --env-file. */
  readonly value: string | undefined;
  readonly line: number;
}

/**
 * Reads a .env file as dotenv does: comments, `export`, three kinds of quotes, values over several lines in quotes.
 * Not `util.parseEnv`: it is missing before Node 20.12, knows no lines, and skips in silence what it does not understand.
 */
export function parseDotenv(text: string, file: string): readonly DotenvEntry[] {
  const entries: DotenvEntry[] = [];
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  let offset = 0;
  let line = 1;
  while (offset < source.length) {
    const rest = source.slice(offset);
    const blank = /^[ \t]*(?:#[^\n]*)?(?:\n|$)/.exec(rest);
    const entry = blank ? undefined : readEntry(rest, file, line);
    if (entry) entries.push({ name: entry.name, value: entry.value, line });
    const length = Math.max(1, blank ? blank[0].length : (entry?.length ?? 1));
    line += source.slice(offset, offset + length).split('\n').length - 1;
    offset += length;
  }
  return entries;
}

interface Read {
  readonly name: string;
  readonly value: string | undefined;
  readonly length: number;
}

const HEAD = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*/;
const TAIL = /^[ \t]*(?:#[^\n]*)?(?:\n|$)/;

function readEntry(rest: string, file: string, line: number): Read {
  const head = HEAD.exec(rest);
  if (!head) throw new CliError('dotenv-syntax', { file, line, detail: 'this is not NAME=value' });
  const name = head[1] ?? '';
  const after = rest.slice(head[0].length);
  if (!after.startsWith('=')) return bareName(name, head[0].length, after, file, line);
  const equals = /^=[ \t]*/.exec(after)?.[0] ?? '=';
  const start = head[0].length + equals.length;
  const quote = rest[start];
  if (quote === '"' || quote === "'" || quote === '`') return quoted(rest, start, quote, name, file, line);
  const raw = /^[^\n]*\n?/.exec(rest.slice(start))?.[0] ?? '';
  // A # begins a comment only after a blank, so that URLs keep their fragments.
  const value = raw.replace(/^#.*$|[ \t]#.*$/m, '').trim();
  return { name, value, length: start + raw.length };
}

function bareName(name: string, length: number, after: string, file: string, line: number): Read {
  const tail = TAIL.exec(after);
  if (!tail) throw new CliError('dotenv-syntax', { file, line, detail: `"=" is missing after ${name}` });
  return { name, value: undefined, length: length + tail[0].length };
}

function quoted(rest: string, start: number, quote: string, name: string, file: string, line: number): Read {
  let end = start + 1;
  while (end < rest.length && rest[end] !== quote) end += quote === '"' && rest[end] === '\\' ? 2 : 1;
  if (end >= rest.length) {
    throw new CliError('dotenv-syntax', { file, line, detail: `the ${quote} of ${name} is never closed` });
  }
  const inner = rest.slice(start + 1, end);
  const tail = TAIL.exec(rest.slice(end + 1));
  if (!tail) throw new CliError('dotenv-syntax', { file, line, detail: `text follows the value of ${name}` });
  return { name, value: quote === '"' ? unescaped(inner) : inner, length: end + 1 + tail[0].length };
}

function unescaped(text: string): string {
  return text.replace(/\\([nrt"\\$])/g, (_, sign: string) => {
    const spelled: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
    return spelled[sign] ?? sign;
  });
}
