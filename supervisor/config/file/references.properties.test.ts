// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax under test
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../errors/catalogue.ts';
import { noSettings, type SettingsRead } from '../settings.ts';
import type { Reference, Variables } from '../types.ts';
import { readDocument } from './document.ts';
import { instancesOf } from './instances.ts';
import { readSettings } from './read.ts';
import { type Part, parseReferences } from './references.ts';

const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/);
const anything = fc.string({ unit: 'binary', maxLength: 16 });
/** Full of what a reference is made of. */
const dense = fc.string({
  unit: fc.constantFrom(
    '$',
    '{',
    '}',
    ':',
    '-',
    'A',
    'b',
    '_',
    '1',
    ' ',
    '${A}',
    '${A:-',
    '$A',
    '$$',
    ':-',
    'ä',
    '\n',
  ),
  maxLength: 14,
});
const text = fc.oneof(anything, dense);

function partsOf(given: string): readonly Part[] {
  const parsed = parseReferences(given);
  if (parsed.kind !== 'parts') throw new Error(`malformed: ${JSON.stringify(given)}`);
  return parsed.parts;
}

/** The rule in its plainest words: one character after the other; null where a `${` is no reference. */
function plainly(given: string, values: ReadonlyMap<string, string>): string | null {
  let out = '';
  let at = 0;
  const value = (key: string, fallback?: string): string => values.get(key) ?? fallback ?? '';
  while (at < given.length) {
    const rest = given.slice(at);
    const braced = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}$]*))?\}/.exec(rest);
    const bare = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(rest);
    if (rest.startsWith('$$')) out += '$';
    else if (braced) out += value(braced[1] ?? '', braced[2]);
    else if (rest.startsWith('${')) return null;
    else if (bare) out += value(bare[1] ?? '');
    else out += rest[0];
    at += rest.startsWith('$$') ? 2 : (braced?.[0].length ?? bare?.[0].length ?? 1);
  }
  return out;
}

describe('references in a text', () => {
  test('doubling every $ gives any text back and refers to nothing', () => {
    fc.assert(
      fc.property(text, (given) => {
        const parts = partsOf(given.replaceAll('$', '$$$$'));
        expect(parts.every(({ kind }) => kind === 'text')).toBe(true);
        expect(parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')).toBe(given);
      }),
      { numRuns: 1000 },
    );
  });

  test('are read as a reader with one rule per character reads them, or refused where that one stops', () => {
    const values = fc.dictionary(fc.constantFrom('A', 'b', 'A1', 'Ab', '_'), text);
    fc.assert(
      fc.property(text, values, (given, some) => {
        const known = new Map(Object.entries(some));
        const parsed = parseReferences(given);
        const expected = plainly(given, known);
        if (parsed.kind === 'malformed') {
          expect(expected).toBe(null);
          expect(given.slice(parsed.index, parsed.index + 2)).toBe('${');
          return;
        }
        const found = parsed.parts.map((part) =>
          part.kind === 'text' ? part.text : (known.get(part.name) ?? part.fallback ?? ''),
        );
        expect(found.join('')).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

interface World {
  readonly variables: Variables;
  readonly asked: Set<string>;
}

function world(values: ReadonlyMap<string, string>): World {
  const asked = new Set<string>();
  const refer = (wanted: string): Reference => {
    asked.add(wanted);
    const value = values.get(wanted);
    if (value === undefined) return { kind: 'unset' };
    return { kind: 'value', variable: { value, origin: { kind: 'variable', name: wanted } }, secret: false };
  };
  return { asked, variables: { names: [], problems: [], get: () => undefined, refer } };
}

/** A part of a value as a person writes it, what it stands for, and the names in it. */
const piece = fc.oneof(
  text.map((one) => ({ written: one.replaceAll('$', '$$$$'), names: [] as string[], fallback: undefined })),
  name.map((one) => ({ written: `\${${one}}`, names: [one], fallback: undefined })),
  fc
    .tuple(name, fc.string({ unit: fc.constantFrom('x', ' ', ':', '-', '"', 'ö', '='), maxLength: 5 }))
    .map(([one, fallback]) => ({ written: `\${${one}:-${fallback}}`, names: [one], fallback })),
);
/** A value holds references itself: they are text by then. */
const values = fc.dictionary(name, text).map((some) => new Map(Object.entries(some)));

function read(text: string, variables: Variables): SettingsRead {
  const document = readDocument({ path: 'clawden.yaml', text });
  const { instances, problems } = instancesOf(document, undefined);
  const [first] = instances;
  if (!first || document.value === undefined)
    return { settings: noSettings(true), problems: [...document.problems, ...problems] };
  const found = readSettings(first.layered, variables);
  return { ...found, problems: [...document.problems, ...problems, ...found.problems] };
}

describe('references in a file', () => {
  test('bring the values as they are, asking for the named variables only and never twice over', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), values, (pieces, known) => {
        const { asked, variables } = world(known);
        const written = pieces.map((one) => one.written).join('');
        const file = { path: 'clawden.yaml', text: `model: ${JSON.stringify(written.toWellFormed())}\n` };
        const { settings, problems } = read(file.text, variables);
        const named = pieces.flatMap((one) => one.names);
        expect([...asked].sort()).toEqual([...new Set(named)].sort());
        const unset = pieces.filter(
          (one) => one.fallback === undefined && one.names.some((n) => !known.has(n)),
        );
        const missing = problems.filter(({ code }) => code === 'missing-reference');
        expect(missing).toHaveLength(unset.length);
        if (unset.length > 0 || problems.length > 0) return;
        const expected = pieces.map((one) => {
          const [key] = one.names;
          return key === undefined ? one.written.replaceAll('$$', '$') : (known.get(key) ?? one.fallback);
        });
        expect(settings.model?.value).toBe(expected.join('').toWellFormed());
      }),
      { numRuns: 1000 },
    );
  });

  test('inside config are whole texts only; everything else there stays as it is written', () => {
    fc.assert(
      fc.property(text, values, (given, known) => {
        const { asked, variables } = world(known);
        const written = given.toWellFormed();
        const file = { path: 'clawden.yaml', text: `config: {some: [${JSON.stringify(written)}]}\n` };
        const { settings, problems } = read(file.text, variables);
        const whole = /^\$([A-Za-z_]\w*)$/.exec(written)?.[1];
        expect([...asked]).toEqual(whole === undefined ? [] : [whole]);
        if (problems.length === 0) {
          expect(settings.native).toEqual({ some: [whole === undefined ? written : known.get(whole)] });
        } else expect(whole !== undefined && !known.has(whole)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('that are wrong are refused with a catalogued problem at a line and column of the file', () => {
    const key = fc.constantFrom(
      'model',
      'provider',
      'runtime',
      'tools',
      'channels: {telegram: {token',
      'x-own',
    );
    const line = fc.tuple(key, dense).map(([where, one]) => {
      const open = (where.match(/\{/g) ?? []).length;
      return `${where}: ${JSON.stringify(one)}${'}'.repeat(open)}`;
    });
    fc.assert(
      fc.property(fc.uniqueArray(line, { selector: (one) => one.split(':')[0], maxLength: 5 }), (lines) => {
        const file = { path: 'clawden.yaml', text: `${lines.join('\n')}\n` };
        const { problems } = read(file.text, world(new Map()).variables);
        for (const { code, where } of problems) {
          expect(catalogue).toHaveProperty(code);
          if (where?.kind !== 'file') throw new Error(`no place: ${code}`);
          const at = file.text.split('\n')[where.line - 1];
          expect(where.column).toBeGreaterThanOrEqual(1);
          expect(where.column).toBeLessThanOrEqual((at?.length ?? -1) + 1);
          // it points at the value or the key that is wrong, in the line that holds it
          if (code === 'missing-reference') expect(at?.slice(where.column - 1)).toMatch(/^"/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
