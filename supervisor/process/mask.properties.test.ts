import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLines } from './lines.ts';
import { createMask, MASKED, type Mask } from './mask.ts';
import { encodedForms } from './mask-forms.ts';

/** No `*`: a secret that is made of the mark itself would be found in the marks. */
const letters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const anyText = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('*', '+'));

/** Two letters overlap in every way; the others are what tokens, passwords and keys are made of. */
const secret: fc.Arbitrary<string> = fc.oneof(
  letters('ab', 6, 14),
  letters('aä🦞"\\/+=&%<$ ', 6, 12),
  letters('ABCxyz019_-', 16, 40),
  anyText.filter((text) => text.length >= 6),
);

/** Secrets with one beginning, one end, one inside the other, one going on where another ends. */
const secrets: fc.Arbitrary<string[]> = fc
  .tuple(fc.array(secret, { minLength: 1, maxLength: 4 }), letters('ab_', 1, 8))
  .chain(([some, more]) => {
    const [first = ''] = some;
    const relatives = [first + more, more + first, first.slice(3) + more, more + first.slice(0, -3)];
    return fc.subarray(relatives.filter((text) => text.length >= 6)).map((chosen) => [...some, ...chosen]);
  });

/** A text that is full of the secrets, of parts of them, and of one running into the other. */
function textAbout(about: readonly string[]): fc.Arbitrary<string> {
  const cut = fc.tuple(fc.constantFrom(...about), fc.nat(40), fc.nat(40));
  const piece = fc.oneof(
    fc.constantFrom(...about),
    cut.map(([one, from, to]) => one.slice(0, from) + one.slice(Math.max(0, one.length - to))),
    cut.map(([one, from, to]) => one.slice(from % one.length, (from % one.length) + to)),
    fc.constantFrom(...about).chain((one) => fc.constantFrom(...encodedForms(one))),
    fc.constantFrom(' ', '\n', '\r\n', '"', ': ', 'ab', 'ü'),
    anyText,
  );
  return fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
}

const scene = secrets.chain((about) => fc.tuple(fc.constant(about), textAbout(about)));

/** The rule in its plainest words, on the whole text: longest form at each place, what overlaps is one mark. */
function plainly(about: readonly string[], text: string): string {
  const forms = about
    .filter((one) => one.length >= 6)
    .flatMap(encodedForms)
    .filter((form) => form.length >= 6);
  let out = '';
  let done = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = forms.filter((form) => text.startsWith(form, at));
    const end = Math.max(0, ...here.map((form) => at + form.length));
    if (end > done && at >= done) out += text.slice(done, at) + MASKED;
    done = Math.max(done, end);
  }
  return out + text.slice(done);
}

function inPieces<T extends { readonly length: number }>(
  whole: T,
  cuts: readonly number[],
  slice: (from: number, to: number) => T,
): T[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [...places, whole.length].map((to, index) => slice(places[index - 1] ?? 0, to));
}

function streamed(mask: Mask, pieces: readonly string[]): string {
  const stream = mask.stream();
  return pieces.map((piece) => stream.push(piece)).join('') + stream.end();
}

function printed(mask: Mask, pieces: readonly Uint8Array[]): string[] {
  const out: string[] = [];
  const lines = createLines({ onLine: ({ text }) => out.push(text), filter: mask.stream() });
  for (const piece of pieces) lines.push(piece);
  lines.end();
  return out;
}

const linesOf = (text: string): string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, at, all) => (at < all.length - 1 || text.endsWith('\n') ? line.replace(/\r$/, '') : line));

const cuts = fc.array(fc.nat(400), { maxLength: 12 });

describe('masking', () => {
  test('hides in a whole text exactly what a search for one form after the other finds', () => {
    fc.assert(
      fc.property(scene, ([about, text]) => {
        expect(createMask(about).text(text)).toBe(plainly(about, text));
      }),
      { numRuns: 1500 },
    );
  });

  test('says of a stream in any pieces what it says of the whole text', () => {
    fc.assert(
      fc.property(scene, cuts, ([about, text], at) => {
        const mask = createMask(about);
        const pieces = inPieces(text, at, (from, to) => text.slice(from, to));
        expect(streamed(mask, pieces)).toBe(mask.text(text));
      }),
      { numRuns: 1500 },
    );
  });

  test('finds a secret wherever its bytes are cut in two, also inside a character', () => {
    fc.assert(
      fc.property(secret, anyText, anyText, (one, before, after) => {
        const mask = createMask([one]);
        const text = `${before}${one}\n${after}`.toWellFormed();
        const bytes = Buffer.from(text);
        const expected = linesOf(mask.text(text));
        for (let at = 0; at <= bytes.length; at += 1) {
          const lines = printed(mask, [bytes.subarray(0, at), bytes.subarray(at)]);
          if (text !== '') expect(lines).toEqual(expected);
          expect(lines.join('\n')).not.toContain(one.toWellFormed());
        }
      }),
      { numRuns: 120 },
    );
  });

  test('changes nothing where no secret is', () => {
    const free = scene.filter(([about, text]) => plainly(about, text) === text);
    fc.assert(
      fc.property(free, cuts, ([about, text], at) => {
        const mask = createMask(about);
        expect(mask.text(text)).toBe(text);
        expect(
          streamed(
            mask,
            inPieces(text, at, (from, to) => text.slice(from, to)),
          ),
        ).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('leaves values under six characters alone', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 2 })), anyText, (short, text) => {
        const few = short.filter((one) => one.length < 6);
        expect(createMask(few).text(few.join(' ') + text)).toBe(few.join(' ') + text);
      }),
    );
  });
});

describe('masking hides what programs make of a secret:', () => {
  const token = letters('ABCxyz019_-"\\/+=&%<>$!~() äß', 6, 40).map((text) => `${text}Q7`);
  const hides = (masked: string, form: string): void => expect(masked).not.toContain(form);

  test('base64 of a text around it, at each of the three alignments, url-safe, padded or not', () => {
    const bytes = fc.uint8Array({ maxLength: 7 });
    fc.assert(
      fc.property(token, bytes, bytes, fc.boolean(), (one, before, after, url) => {
        const whole = Buffer.concat([before, Buffer.from(one), after]);
        const base64 = whole.toString(url ? 'base64url' : 'base64');
        // what the bytes of the secret alone decide
        const from = Math.ceil((before.length * 8) / 6);
        const to = Math.floor(((before.length + Buffer.byteLength(one)) * 8) / 6);
        const masked = createMask([one]).text(`"${base64}"`);
        hides(masked, base64.slice(from, to));
        expect(masked.length).toBeLessThanOrEqual(MASKED.length + 2 + base64.length - (to - from));
        const alone = Buffer.from(one);
        for (const text of [alone.toString('base64'), alone.toString('base64url')]) {
          expect(createMask([one]).text(text)).toMatch(/^\*\*\*=*$/);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('JSON as node, Go and Python write it, and JSON inside JSON', () => {
    fc.assert(
      fc.property(token, (one) => {
        const json = JSON.stringify({ one });
        const hex = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
        // https://pkg.go.dev/encoding/json#HTMLEscape, https://docs.python.org/3/library/json.html (ensure_ascii)
        for (const text of [json, json.replace(/[<>&]/g, hex), json.replace(/[^\0-\x7f]/g, hex)]) {
          expect(createMask([one]).text(text)).toBe('{"one":"***"}');
        }
        const nested = JSON.stringify({ text: json });
        expect(createMask([one]).text(nested)).toBe(JSON.stringify({ text: '{"one":"***"}' }));
      }),
      { numRuns: 300 },
    );
  });

  test('an address, a form and a path', () => {
    fc.assert(
      fc.property(token, (one) => {
        const mask = createMask([one]);
        for (const text of [
          encodeURIComponent(one),
          encodeURIComponent(one).replace(/%../g, (hex) => hex.toLowerCase()),
          new URLSearchParams({ one }).toString().slice(4),
          encodeURI(one),
        ]) {
          hides(mask.text(`GET /path?one=${text}&two=2`), text);
        }
        expect(mask.text(`one=${encodeURIComponent(one)}&two=2`)).toBe('one=***&two=2');
      }),
      { numRuns: 300 },
    );
  });

  test('a key of several lines, also when each line gets a prefix and another end', () => {
    const line = letters('ABCxyz019+/', 6, 24);
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 6 }), (body) => {
        const mask = createMask([`${body.join('\n')}\n`]);
        expect(createMask([body.join('\r\n')]).text(`<${body.join('>\n<')}>`)).toMatch(/^(<\*\*\*>\n?)+$/);
        expect(mask.text(`<${body.join('\n')}>`)).toBe('<***>');
        expect(mask.text(body.map((one) => `12:00 ${one}\r\n`).join(''))).toBe(
          '12:00 ***\r\n'.repeat(body.length),
        );
      }),
      { numRuns: 200 },
    );
  });
});
