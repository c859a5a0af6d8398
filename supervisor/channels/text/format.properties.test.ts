import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHtml } from '../../../test/fakes/telegram/markup.ts';
import type { TextPart } from '../adapter.ts';
import { format as discord } from '../discord/format.ts';
import { format as slack } from '../slack/format.ts';
import { format as telegram } from '../telegram/format.ts';
import { blank, clean } from './clean.ts';
import { cut } from './cut.ts';

type Format = (markdown: string) => readonly TextPart[];

const RUNS = { numRuns: 100 };
const platforms: readonly (readonly [string, Format, number])[] = [
  ['Telegram', telegram, 4096],
  ['Discord', discord, 2000],
  ['Slack', slack, 4000],
];

/** Pieces of markup, whole and broken, and what is dangerous on some platform. */
const fragment = fc.constantFrom(
  ...[
    '*',
    '**',
    '***',
    '_',
    '~~',
    '`',
    '``',
    '[',
    ']',
    '](',
    ')',
    '![',
    '<',
    '>',
    '\\',
    '|',
    '&amp;',
    '&',
    '&#x202e;',
  ],
  ...[
    '\n',
    '\n\n',
    '\n> ',
    '\n> > ',
    '\n- ',
    '\n  - ',
    '\n12. ',
    '\n# ',
    '\n#### ',
    '\n---\n',
    '\n    ',
    '\n| ',
    ' | ',
  ],
  ...[
    '\n```\n',
    '\n```js\n',
    '\n~~~\n',
    '\n> ```\n',
    '\n| a | b |\n|---|--:|\n| ',
    '<b>',
    '</pre><a href="x">',
    '@here ',
  ],
  ...[
    '@everyone ',
    '<@123> ',
    '<!channel> ',
    'https://a.b/c_d ',
    '[l](https://e.f) ',
    '[m](tg://user?id=1) ',
    '.',
    '! ',
  ],
  ...[
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    'e\u0301',
    '漢字。',
    '\u202e',
    '\u2066',
    '\0',
    '\x1b',
    '\ud800',
    '\udc00',
    '\u200b',
    '\t',
    ' ',
  ],
);
const broken = fc
  .tuple(
    fc.array(fc.oneof(fragment, fc.string({ maxLength: 8 })), { maxLength: 60, size: 'max' }),
    fc.integer({ min: 1, max: 60 }),
  )
  .map(([parts, times]) => parts.join('').repeat(times));

for (const [name, format, limit] of platforms) {
  test(`${name}: whatever a reply holds, every message is within the limit, shows something and is well-formed`, () => {
    fc.assert(
      fc.property(broken, (markdown) => {
        const parts = format(markdown);
        expect(parts.length > 0).toBe(!blank(clean(markdown)));
        for (const { text, plain } of parts) {
          expect(shown(name, text).length).toBeLessThanOrEqual(limit);
          expect(plain.length).toBeLessThanOrEqual(limit);
          expect(blank(plain) || blank(text)).toBe(false);
          expect(text.isWellFormed() && plain.isWellFormed()).toBe(true);
          expect(text + plain).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        }
      }),
      RUNS,
    );
  });

  test(`${name}: every word arrives once, in order, however a reply is marked up and cut`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fragment.filter(keepsWords), { maxLength: 4 }), {
          minLength: 1,
          maxLength: 400,
          size: 'max',
        }),
        (gaps) => {
          const markdown = gaps.map((gap, index) => `word${index}x ${gap.join('')} `).join('');
          const all = format(markdown)
            .map(({ plain }) => plain)
            .join('\n');
          let at = 0;
          for (const index of gaps.keys()) {
            const found = all.indexOf(`word${index}x`, at);
            if (found < 0) expect.fail(`word${index}x is not behind the others in ${JSON.stringify(all)}`);
            at = found + 1;
          }
        },
      ),
      RUNS,
    );
  });
}

test('Telegram takes the markup, and all of the formatting of each message counts', () => {
  fc.assert(
    fc.property(broken, (markdown) => {
      for (const { text } of telegram(markdown)) {
        const { entities } = parseHtml(text);
        // A block of code with a language is one piece, written as two tags.
        const pre = new Set(entities.filter(({ type }) => type === 'pre').map(({ offset }) => offset));
        const counted = entities.filter(({ type, offset }) => type !== 'code' || !pre.has(offset));
        expect(counted.length).toBeLessThanOrEqual(100);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_768);
        for (const entity of entities) {
          if (entity.type === 'text_link') expect(entity.url).toMatch(/^(https?:|tg:)/);
        }
      }
    }),
    RUNS,
  );
});

test('on Discord and Slack nobody is called', () => {
  fc.assert(
    fc.property(broken, (markdown) => {
      for (const { text, plain } of discord(markdown)) {
        expect(`${text}\n${plain}`).not.toMatch(/@(everyone|here)|<[@#][!&]?\d/);
        // Blocks of code are closed in the message that opens them.
        expect((text.match(/^(> )?```/gm) ?? []).length % 2).toBe(0);
      }
      for (const { text, plain } of slack(markdown)) expect(`${text}\n${plain}`).not.toMatch(/<[!@#]/);
    }),
    RUNS,
  );
});

test('plain text that is cut loses nothing but white space', () => {
  fc.assert(
    fc.property(broken, fc.integer({ min: 20, max: 400 }), (text, limit) => {
      const pieces = cut(text, limit);
      for (const piece of pieces)
        expect(piece.length <= limit && piece.isWellFormed() && !blank(piece)).toBe(true);
      expect(seen(pieces.join(''))).toBe(seen(clean(text)));
    }),
    RUNS,
  );
});

/** Definitions, titles and what stands behind a fence are read, but shown nowhere. */
function keepsWords(part: string): boolean {
  return !/[`~:(]/.test(part) || /^\n(> )?(```|~~~)(js)?\n$/.test(part);
}

/** What the platform counts. */
function shown(name: string, text: string): string {
  return name === 'Telegram' ? parseHtml(text).text : text;
}

function seen(text: string): string {
  return text.replace(/[\s\p{Default_Ignorable_Code_Point}\u2800]/gu, '');
}
