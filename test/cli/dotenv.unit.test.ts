import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from '../../host-cli/dotenv.ts';

const read = (text: string): Record<string, string | undefined> =>
  Object.fromEntries(parseDotenv(text, '.env').map(({ name, value }) => [name, value]));

describe('.env', () => {
  const ordinary = [
    '# a comment',
    'PLAIN=one',
    'export EXPORTED=two',
    'SPACES = three  ',
    'EMPTY=',
    'DOUBLE="a b # c"',
    "SINGLE='it $stays'",
    'TRAILING=four # a comment',
    'EQUALS=a=b==',
    'LINES="first\nsecond"',
    '',
  ].join('\n');

  it('is read as node itself reads it', () => {
    expect(read(ordinary)).toEqual({ ...parseEnv(ordinary) });
  });

  it('keeps a # inside a value, as in an address', () => {
    expect(read('URL=https://host/#part')).toEqual({ URL: 'https://host/#part' });
  });

  it('understands escapes in double quotes only', () => {
    expect(read('A="x\\ty\\"z"\nB=\'x\\ty\'')).toEqual({ A: 'x\ty"z', B: 'x\\ty' });
  });

  it('knows a bare name, Windows line ends and a byte order mark', () => {
    expect(read('\uFEFFA=1\r\nHANDED_ON\r\nB=2\r\n')).toEqual({ A: '1', HANDED_ON: undefined, B: '2' });
  });

  it('tells the line of each entry', () => {
    expect(parseDotenv('A="1\n2"\n\nB=3', '.env').map(({ name, line }) => [name, line])).toEqual([
      ['A', 1],
      ['B', 4],
    ]);
  });

  it.each([
    ['A=1\nwhat is this', '.env:2', 'is missing after what'],
    ['=1', '.env:1', 'is not NAME=value'],
    ['A="open\nB=2', '.env:1', 'never closed'],
    ['A="x" y', '.env:1', 'text follows the value of A'],
  ])('refuses %j with file and line', (text, place, words) => {
    expect(() => read(text)).toThrow(place);
    expect(() => read(text)).toThrow(words);
  });

  it('never shows a value in an error', () => {
    expect(() => read('KEY="sk-secret')).toThrow(/^(?!.*sk-secret)/);
  });
});
