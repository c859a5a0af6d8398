import { expect, it } from 'vitest';
import { type Problem, problem } from '../supervisor/errors/problem.ts';
import { CliError } from './errors.ts';
import { type Additions, given, noAdditions } from './given.ts';
import { mustBeRight } from './planning.ts';

const typed: Additions['options'] = new Map([['TOOLS', { value: 'gti', option: '--with' }]]);
const known = given({ environment: {}, dotenv: new Map() }, { ...noAdditions, options: typed }, '/');
const refused = (...problems: readonly Problem[]): CliError => {
  try {
    mustBeRight({ problems }, known);
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error('nothing was refused');
};
const parameters = { name: 'gti', present: 'git', near: '', hint: '', place: 'TOOLS' };
const inOption = problem('unknown-tool', parameters, { kind: 'variable', name: 'TOOLS' });
const inFile = problem(
  'missing-reference',
  { path: 'channels.telegram.token', reference: '$BOT', name: 'BOT' },
  { kind: 'file', file: 'clawden.yaml', line: 3, column: 12 },
);

it('speaks of the option that was typed, not of the variable that it stands for', () => {
  const { details, exit, fix } = refused(inOption);
  expect(details).toEqual([
    '--with  tool "gti" is not in this image; in this image: git  [unknown-tool]',
    '  → remove it from --with',
  ]);
  expect([exit, fix]).toEqual([64, '']);
});

it('names config check where that shows the same again, and the line of .env', () => {
  const { details, exit, fix } = refused(inOption, inFile);
  expect(details.at(-1)).toBe('  → write into .env: BOT=…');
  expect(exit).toBe(78);
  expect(fix).toMatch(/config check/);
});
