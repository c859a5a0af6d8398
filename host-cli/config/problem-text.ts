import { describe, type Problem } from '../../supervisor/errors/problem.ts';
import type { Given } from '../given.ts';
import type { Colors } from '../ui.ts';

/** The block a person reads; a variable's place is said as the launcher knows it: the line of `.env`. */
export function problemText(problem: Problem, given: Given, colors: Colors): string {
  const place = placeOf(problem, given);
  const [said = '', ...others] = describe(problem).split('\n');
  // Nobody wrote the variable that an option of ours stands for.
  const first = place?.startsWith('--') ? said.replace(/^\$\w+ {2}/, '') : said;
  const where = problem.where?.kind === 'file' ? place : undefined;
  const message = where === undefined ? first : first.slice(where.length + 2);
  return [
    `${place === undefined ? '' : `${colors.bold(place)}  `}${withoutCode(message, problem)}  ${colors.dim(`[${problem.code}]`)}`,
    ...others.map((line) => painted(line, colors)),
  ].join('\n');
}

export interface ProblemRecord {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** For a script. */
export function problemRecord(problem: Problem, given: Given): ProblemRecord {
  const { code, message, fix, where } = problem;
  if (where?.kind === 'file') {
    const { file, line, column } = where;
    return { code, message, fix, file, line, column };
  }
  const [, file = null, line] = /^(.+):(\d+)$/.exec(placeOf(problem, given) ?? '') ?? [];
  return { code, message, fix, file, line: line === undefined ? null : Number(line), column: null };
}

function placeOf({ where }: Problem, given: Given): string | undefined {
  if (where?.kind === 'file') return `${where.file}:${where.line}:${where.column}`;
  return where?.kind === 'variable' ? given.placeOf(where.name) : undefined;
}

function withoutCode(line: string, { code }: Problem): string {
  return line.replace(`  [${code}]`, '');
}

function painted(line: string, colors: Colors): string {
  const caret = /^( +\| *)(\^)$/.exec(line);
  if (caret) return `${colors.dim(caret[1] ?? '')}${colors.red('^')}`;
  const source = /^( +\d+ \| )(.*)$/.exec(line);
  if (source) return `${colors.dim(source[1] ?? '')}${source[2] ?? ''}`;
  return line.replace(/^ {2}→/, (arrow) => colors.cyan(arrow));
}
