import { hushLine } from './wording.ts';

const width = 100;

/**
 * The line of a source text with a caret under the column, both counted from 1. `hide` masks everything from
 * the caret on: what stands there is a secret.
 */
export function frame(text: string, line: number, column: number, hide = false): string {
  const source = (text.split(/\r\n|\n|\r/)[line - 1] ?? '').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  const safe = hide ? source.slice(0, column - 1) + '*'.repeat(source.length - column + 1) : hushLine(source);
  const from = Math.max(0, column - 1 - Math.floor(width * 0.7));
  const number = String(line);
  return [
    `  ${number} | ${safe.slice(from, from + width)}`,
    `  ${' '.repeat(number.length)} | ${' '.repeat(column - 1 - from)}^`,
  ].join('\n');
}
