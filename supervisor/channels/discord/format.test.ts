import { expect, test } from 'vitest';
import { format } from './format.ts';

test('Markdown stays Markdown', () => {
  expect(texts('# One\n\n#### Four\n\n**b** *i* ~~s~~ `c` [l](https://a.b/c_(d))')).toEqual([
    '# One\n\n**Four**\n\n**b** _i_ ~~s~~ `c` [l](https://a.b/c_%28d%29)',
  ]);
  expect(texts('1. a\n2. b\n   - c\n\n> q\n> > r')).toEqual(['1. a\n2. b\n   - c\n\n> q\n> > r']);
});

test('emphasis within a word and beside bold stays what it is', () => {
  expect(texts('a*b*c **d***e*')).toEqual(['a*b*c **d**\u200b*e*']);
});

test('characters that Discord would take for markup are shown', () => {
  expect(texts('\\*a\\* \\# ||b|| [c] <d> snake_case_name')).toEqual([
    '\\*a\\* # \\|\\|b\\|\\| \\[c\\] \\<d> snake\\_case\\_name',
  ]);
  expect(texts('\\# a')).toEqual(['\\# a']);
  expect(texts('\\-# a\n\\> b\n1\\. c')).toEqual(['\\-# a\n\\> b\n1\\. c']);
});

test('an address written out is left alone', () => {
  expect(texts('https://a.b/_c_*d*?e=[f]')).toEqual(['https://a.b/_c_*d*?e=[f]']);
});

test('nobody is pinged, in code and in addresses neither', () => {
  const [text = ''] = texts(
    '@everyone **@here** <@123> <@!123> <@&123> <#123>\n\n`@everyone`\n\n```\n<@123>\n```\n\nhttps://a.b/@everyone',
  );
  expect(text).not.toMatch(/@(everyone|here)|<[@#][!&]?\d/);
  expect(text).toContain('https://a.b/%40everyone');
});

test('a fence within code does not end it', () => {
  expect(texts('~~~\n```js\na\n```\n~~~')).toEqual(['```\n``\u200b`js\na\n``\u200b`\n```']);
});

test('a table is a block of code, and its head stands above every piece', () => {
  const rows = Array.from({ length: 300 }, (_, n) => `| ${n} | value |`).join('\n');
  const parts = texts(`| n | name |\n|---|---|\n${rows}`);
  expect(parts.length).toBe(2);
  for (const text of parts) expect(text).toMatch(/^```\nn {3}\| name\n-+\+-+\n(\d+ +\| value\n)+```$/);
});

test('code in a quote stays in the quote when it is cut', () => {
  for (const text of texts(`> \`\`\`js\n${'> x = 1\n'.repeat(400)}> \`\`\``)) {
    expect(text).toMatch(/^> ```js\n(> x = 1\n)+> ```$/);
  }
});

test('a list that is cut keeps its numbers', () => {
  const items = Array.from({ length: 60 }, (_, n) => `${n + 1}. ${'word '.repeat(12)}`).join('\n');
  const [first = '', second = ''] = texts(items);
  expect(first).toMatch(/^1\. /);
  const last = Number(/(\d+)\. [^\n]*$/.exec(first)?.[1]);
  expect(second).toMatch(new RegExp(`^${last + 1}\\. `));
});

function texts(markdown: string): readonly string[] {
  return format(markdown).map(({ text }) => text);
}
