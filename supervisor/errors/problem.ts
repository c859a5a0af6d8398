import type { Origin } from '../config/types.ts';
import { type CatalogueEntry, catalogue, type ErrorCode, type ExitName, exitCodes } from './catalogue.ts';

/** One thing that is wrong, in catalogue form. Parameters must not hold secrets. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  readonly exit: number;
  readonly where?: Origin;
  /** Source lines with a caret, when the place is in a file. */
  readonly frame?: string;
}

/** Every problem found at once; thrown to end a boot. */
export class Problems extends Error {
  readonly list: readonly Problem[];

  constructor(list: readonly Problem[]) {
    super(list.map((problem) => problem.message).join('; '));
    this.name = 'Problems';
    this.list = list;
  }

  /** Of several, the code of what must be mended first: arguments, then files, then what is absent. */
  get exit(): number {
    const codes = new Set(this.list.map((problem) => problem.exit));
    return mendFirst.find((code) => codes.has(code)) ?? exitCodes.configuration.code;
  }
}

/** Not by size: 69 (absent) may be a consequence of a wrong file (78), never the other way round. */
const mendFirst: readonly number[] = [
  exitCodes.arguments.code,
  exitCodes.configuration.code,
  exitCodes.unavailable.code,
  exitCodes.volume.code,
  exitCodes.crashLoop.code,
];

/**
 * A problem in catalogue form. The same mistake counts as a wrong argument (64) where it stands in one, and as
 * configuration (78) where it stands in a variable or a file.
 */
export function problem(
  code: ErrorCode,
  parameters: Readonly<Record<string, string | number>> = {},
  where?: Origin,
  frame?: string,
): Problem {
  const entry: CatalogueEntry = catalogue[code];
  return {
    code,
    message: fill(entry.message, parameters),
    fix: fill(entry.fix, parameters),
    exit: exitCodes[exitOf(entry, where)].code,
    ...(where ? { where } : {}),
    ...(frame ? { frame } : {}),
  };
}

/** The block a person reads: where, what, the frame, what to do. */
export function describe(problem: Problem): string {
  const lines = [`${place(problem)}${problem.message}  [${problem.code}]`];
  if (problem.frame) lines.push(problem.frame);
  lines.push(`  → ${problem.fix}`);
  return lines.join('\n');
}

function exitOf(entry: CatalogueEntry, where: Origin | undefined): ExitName {
  return where?.kind === 'argument' && entry.exit === 'configuration' ? 'arguments' : entry.exit;
}

function place({ where, message }: Problem): string {
  switch (where?.kind) {
    case 'file':
      return `${where.file}:${where.line}:${where.column}  `;
    case 'variable':
      // Most messages about a variable begin with its name.
      return message.includes(where.name) ? '' : `$${where.name}  `;
    case 'secret-file':
      return `${where.file}  `;
    case 'argument':
      return `argument ${where.text}  `;
    case 'default':
    case undefined:
      return '';
    default: {
      const never: never = where;
      return never;
    }
  }
}

function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    // Keys and values of a user's file end up here: none of them may steer a terminal.
    return value === undefined
      ? whole
      : String(value).replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '·');
  });
}
