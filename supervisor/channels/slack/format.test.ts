import { expect, test } from 'vitest';
import { format } from './format.ts';

test('Markdown becomes mrkdwn', () => {
  expect(text('# H\n\n**b** *i* ~~s~~ `c&d` [l](https://a.b/?c=1&d=2|3) https://e.f')).toBe(
    '*H*\n\n*b* _i_ ~s~ `c&amp;d` <https://a.b/?c=1&amp;d=2%7C3|l> <https://e.f>',
  );
  expect(text('- a\n  1. b\n\n> q\n\n```js\nx < 1\n```')).toBe('• a\n  1. b\n\n> q\n\n```\nx &lt; 1\n```');
});

test('a mark within a word works, by a space that nobody sees', () => {
  expect(text('a**b**c')).toBe('a\u200b*b*\u200bc');
});

test('bold over two lines is bold in both', () => {
  expect(text('**a\nb**')).toBe('*a*\n*b*');
});

test('marks that are text are none', () => {
  expect(text('\\*a\\* 2 \\* 3 snake_case_name')).toBe('*\u200aa* 2 * 3 snake_case_name');
  expect(text('\\> a')).toBe('\u200b&gt; a');
});

test('nothing calls anybody, with or without markup', () => {
  const [part] = format(
    '<!channel> <@U123> `<!here>` [<!everyone>](https://a.b/<!x>)\n\n```\n<!channel>\n```',
  );
  expect(part?.text).not.toMatch(/<[!@#]/);
  expect(part?.plain).not.toMatch(/<[!@#]/);
});

test('code that holds a backtick is shown as text', () => {
  expect(text('``a`b``')).toBe('a`b');
});

test('a message has at most 4000 characters with its escapes', () => {
  for (const part of format('&'.repeat(5000))) expect(part.text.length).toBeLessThanOrEqual(4000);
});

function text(markdown: string): string {
  const parts = format(markdown);
  expect(parts.length).toBe(1);
  return parts[0]?.text ?? '';
}
