import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDotenv } from './dotenv.ts';
import { CliError } from './errors.ts';

const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
  .filter((one) => one !== '__proto__' && one !== 'export');
const anyValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({
    unit: fc.constantFrom(...'ab \t\n\r\\"\'`#=$nrt', 'export ', '\ufeff', '\u2028', '🦞'),
    maxLength: 16,
  }),
);
const plainValue = fc
  .stringMatching(/^[!-~]([ -~]{0,14}[!-~])?$/)
  .filter((value) => !/^["'`#]|\s#/.test(value) && !value.includes('#'));

interface Written {
  readonly text: string;
  readonly value: string;
}

const escaped = (value: string, escapes: RegExp): string => {
  const spelled: Record<string, string> = { '\n': 'n', '\r': 'r', '\t': 't' };
  return `"${value.replace(escapes, (char) => `\\${spelled[char] ?? char}`)}"`;
};

/** Each way to write a value that can hold it. */
const written: fc.Arbitrary<Written> = fc.oneof(
  anyValue.map((value) => ({ text: escaped(value, /[\\"\n\r\t]/g), value })),
  anyValue.map((value) => ({ text: escaped(value, /[\\"$\r]/g), value })),
  anyValue.map((value) => value.replace(/['\r]/g, '')).map((value) => ({ text: `'${value}'`, value })),
  anyValue.map((value) => value.replace(/[`\r]/g, '')).map((value) => ({ text: `\`${value}\``, value })),
  plainValue.map((value) => ({ text: value, value })),
);

const dressed = fc.record({
  before: fc.constantFrom('', '  ', 'export ', '\n', '# a "comment\n', '\t\n\n'),
  equals: fc.constantFrom('=', ' = ', '= ', '\t='),
  after: fc.constantFrom('', ' ', " # a 'comment"),
  end: fc.constantFrom('\n', '\r\n'),
});

const read = (text: string): [string, string | undefined][] =>
  parseDotenv(text, '.env').map((entry) => [entry.name, entry.value]);

describe('.env', () => {
  test('gives back any value in each way to write it, in the order of the file', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, written, dressed), { maxLength: 5 }), (entries) => {
        const text = entries.map(
          ([key, { text: value }, { before, equals, after, end }]) =>
            `${before}${key}${equals}${value}${after}${end}`,
        );
        expect(read(text.join(''))).toEqual(entries.map(([key, { value }]) => [key, value]));
        const before = (index: number): string =>
          text.slice(0, index).join('') + (entries[index]?.[2].before ?? '');
        const lines = entries.map((_, index) => before(index).split('\n').length);
        expect(parseDotenv(text.join(''), '.env').map(({ line }) => line)).toEqual(lines);
      }),
      { numRuns: 2000 },
    );
  });

  test('is read as node reads it, but for what the next test lists', () => {
    const common = fc.oneof(
      plainValue,
      anyValue.map((value) => `"${value.replace(/[\\"\r]/g, '')}"`),
      anyValue.map((value) => `"${value.replace(/[\\"\r]/g, '').replaceAll('\n', '\\n')}"`),
      anyValue.map((value) => `'${value.replace(/['\r]/g, '')}'`),
      anyValue.map((value) => `\`${value.replace(/[`\r]/g, '')}\``),
    );
    const line = fc
      .tuple(fc.constantFrom('', 'export '), name, common, fc.constantFrom('', ' # comment'))
      .map(([before, key, value, after]) => `${before}${key}=${value}${after}\n`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = lines.join('');
        expect(Object.fromEntries(read(text))).toEqual({ ...parseEnv(text) });
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['A=x#y', 'x#y', 'x', 'a # begins a comment only after a blank'],
    ['A="x\\ty"', 'x\ty', 'x\\ty', 'double quotes know more escapes than \\n'],
    ['A="x\\"y"', 'x"y', 'x\\', 'one of them is the quote itself'],
    ['A="x\\\\n"', 'x\\n', 'x\\\n', 'and the backslash'],
    ['A', undefined, undefined, 'a bare name stands for the value that the caller has'],
  ])('%s is %j, to node %j: %s', (text, ours, nodes, _why) => {
    expect(Object.fromEntries(read(text))).toEqual({ A: ours });
    expect({ ...parseEnv(text) }['A']).toBe(nodes);
  });

  test('is refused with file and line, never with a value, when it makes no sense', () => {
    const junk = fc.array(
      fc.oneof(anyValue, fc.constantFrom('A=', '\n', '"', "'", '=', 'export', '#', 'Zq~9 ')),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(junk, (parts) => {
        const text = parts.join('');
        try {
          for (const [key] of read(text)) expect(key).toMatch(/^[A-Za-z_]\w*$/);
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          expect(error.code).toBe('dotenv-syntax');
          const line = Number(/^\.env:(\d+) /.exec(error.message)?.[1]);
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split(/\r\n?|\n/).length);
          expect(error.message + error.fix).not.toContain('Zq~9');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
