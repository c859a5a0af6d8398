import { expect, test } from 'vitest';
import type { TextPart } from '../adapter.ts';
import { format as discord } from '../discord/format.ts';
import { format as slack } from '../slack/format.ts';
import { format as telegram } from '../telegram/format.ts';

const MEGABYTE = 1_000_000;

/** A second on a quiet machine; a shared one gets more. What is quadratic takes minutes. */
const ENOUGH = 8_000;

type Format = (markdown: string) => readonly TextPart[];

const replies: readonly (readonly [string, string, Format])[] = [
  ['nothing but ">"', fill('>'), telegram],
  ['nothing but "["', fill('['), discord],
  ['nothing but "!["', fill('!['), slack],
  ['emphasis that never ends', fill('*_a **b '), discord],
  ['emphasis that ends in each word', fill('**a** *b* ~~c~~ `d` '), telegram],
  ['backticks of growing number', Array.from({ length: 1400 }, (_, n) => '`'.repeat(n)).join('a'), slack],
  ['blocks of code', fill('```js\na\n```\n'), telegram],
  ['lists within lists', fill('- - 1. a\nb\n'), slack],
  ['tables', fill('|a|b|\n|-|-|\n|c|d|\n\n', 60_000), discord],
  ['one row of a table', `|${fill('a|', MEGABYTE / 2)}\n|${fill('-|', MEGABYTE / 2)}`, telegram],
  ['one word', fill('a'), discord],
  ['one character', `a${fill('\u0301')}`, telegram],
  ['flags', fill('🇩🇪'), slack],
  ['white space', `a${fill(' ')}b`, discord],
];

test.each(replies)('up to a megabyte of %s is written in linear time', (_, markdown, format) => {
  const started = performance.now();
  const parts = format(markdown);
  expect(performance.now() - started).toBeLessThan(ENOUGH);
  expect(parts.length).toBeGreaterThan(0);
});

test('what is nested too deep loses its look, not its words', () => {
  const quoted = `${'> '.repeat(10_000)}deep\n\n${'- '.repeat(10_000)}deeper\n\n${'['.repeat(10_000)}deepest${']'.repeat(10_000)}`;
  for (const format of [telegram, discord, slack]) {
    const all = format(quoted)
      .map(({ plain }) => plain)
      .join('\n');
    expect(all).toMatch(/deep\n(.|\n)*deeper\n(.|\n)*deepest/);
  }
});

test('a thousand fences, the last one open, are a thousand blocks', () => {
  const parts = discord('```js\nx\n```\n\n'.repeat(999).concat('```py\nend'));
  const blocks = parts.flatMap(({ text }) => text.match(/```(js|py)\n(x|end)\n```/g) ?? []);
  expect(blocks.length).toBe(1000);
});

test('a row with more cells than the head has columns loses none', () => {
  expect(telegram('> | a | b |\n> |---|---|\n> | 1 | x || y |')[0]?.plain).toMatch(/1 \| x \| +\| y/);
  expect(telegram('| a | b |\n|---|---|\n| 1 | x | more | words |')[0]?.plain).toContain(
    '1 | x | more | words',
  );
});

test('a reply of more lines than any text has is shown without markup', () => {
  expect(telegram('- **a**\n'.repeat(50_000))[0]?.text).toMatch(/^- \*\*a\*\*\n- /);
});

test('text of which Markdown shows nothing is shown as it is', () => {
  expect(telegram('[a]: https://b.c')[0]?.plain).toBe('[a]: https://b.c');
  expect(slack('```\n```')[0]?.plain).toBe('```\n```');
});

test.each(['', ' \n\t\n', '\u200b\u2060\ufeff', '\0\x1b', '\u202e\u2066', '\u2800'])(
  'blank text %j is no message',
  (text) => {
    for (const format of [telegram, discord, slack]) expect(format(text)).toEqual([]);
  },
);

function fill(text: string, length = MEGABYTE): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}
