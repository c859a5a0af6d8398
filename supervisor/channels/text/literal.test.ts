import { expect, test } from 'vitest';
import { parseHtml } from '../../../test/fakes/telegram/markup.ts';
import { format as discord } from '../discord/format.ts';
import { format as slack } from '../slack/format.ts';
import { format as telegram } from '../telegram/format.ts';
import { literal } from './literal.ts';

const NAMES = [
  '*bold* _i_ ~~s~~ `c` [x](https://a.b) ![y](z)',
  '# heading',
  '1. one',
  '- item',
  '> quote',
  '<b>&amp;&#64;</b>',
  'https://evil.example/*x*',
  '| a | b |',
  '\\',
  '~~~',
  '[ ] task',
  '@everyone',
  '+1 (555)',
];

test.each(NAMES)('the name %s is shown as it is', (name) => {
  for (const around of ['', 'Hello ']) {
    expect(telegram(around + literal(name))).toEqual([expect.objectContaining({ plain: around + name })]);
    expect(discord(around + literal(name))[0]?.plain.replaceAll('\u200b', '')).toBe(around + name);
    expect(unescaped(slack(around + literal(name))[0]?.plain)).toBe(around + name);
    const { text, entities } = parseHtml(telegram(around + literal(name))[0]?.text ?? '');
    expect({ text, entities }).toEqual({ text: around + name, entities: [] });
  }
});

test('a name with line breaks and marks that turn text round stays on its line', () => {
  expect(literal('\u202eevil\n\n# x  y ')).toBe('evil \\# x y');
});

function unescaped(text = ''): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
