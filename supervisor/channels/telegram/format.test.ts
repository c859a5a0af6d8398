import { expect, test } from 'vitest';
import { parseHtml } from '../../../test/fakes/telegram/markup.ts';
import { format } from './format.ts';

test('bold, italic, struck, code and links look so', () => {
  expect(one('**b** *i* ~~s~~ `c<d` [link](https://a.b/?x=1&y="2")').text).toBe(
    '<b>b</b> <i>i</i> <s>s</s> <code>c&lt;d</code> <a href="https://a.b/?x=1&amp;y=%222%22">link</a>',
  );
  expect(one('foo**bar *both***baz').text).toBe('foo<b>bar <i>both</i></b>baz');
});

test('code within bold is code alone, as Telegram takes no other look with it', () => {
  expect(one('**a `b` c**').text).toBe('<b>a </b><code>b</code><b> c</b>');
});

test('headings are bold, lists keep bullets, numbers and boxes', () => {
  expect(one('# Plan\n\n3. three\n4. four\n   - [x] in\n   - [ ] out').text).toBe(
    '<b>Plan</b>\n\n3. three\n4. four\n   • ☑ in\n   • ☐ out',
  );
  expect(one('- a\n\n  second paragraph\n- ```\n  code\n  ```\n-').text).toBe(
    '• a\n\n  second paragraph\n• \n<pre>code</pre>\n• ',
  );
});

test('a block of code keeps its language, a tab is four spaces', () => {
  expect(one('```py\nif a < b:\n\tc\n```').text).toBe(
    '<pre><code class="language-py">if a &lt; b:\n    c</code></pre>',
  );
});

test('a quote is one quote, what is quoted within it keeps a mark', () => {
  const part = one('> a\n> b\n>\n> > c\n>\n> d');
  expect(part.text).toBe('<blockquote>a\nb\n\n&gt; c\n\nd</blockquote>');
  expect(part.plain).toBe('> a\n> b\n> \n> > c\n> \n> d');
});

test('a table is aligned, by the columns that characters take', () => {
  expect(one('| n | wert |\n|--:|:-:|\n| 1 | **x** |\n| 漢字 | y |').plain).toBe(
    '   n | wert\n-----+-----\n   1 |  x\n漢字 |  y',
  );
});

test('an image is a link, and what Telegram makes no link of shows its address', () => {
  expect(one('![a cat](https://a.b/cat.png)').text).toBe('<a href="https://a.b/cat.png">a cat</a>');
  expect(one('[me](mailto:a@b.c) [file](./x.md) [here](http://localhost:80/)').text).toBe(
    'me (a@b.c) file (./x.md) here (http://localhost:80/)',
  );
});

test('without markup the address of a link is kept', () => {
  expect(one('see [the docs](https://a.b/c)').plain).toBe('see the docs (https://a.b/c)');
});

test('HTML and links that run scripts are text', () => {
  expect(one('</pre><a href="tg:x">x</a>').text).toBe('&lt;/pre&gt;&lt;a href="tg:x"&gt;x&lt;/a&gt;');
  expect(one('[x](javascript:alert(1))').text).toBe('[x](javascript:alert(1))');
  expect(one('```x"><b>\n</code></pre><b>\n```').text).toBe('<pre>&lt;/code&gt;&lt;/pre&gt;&lt;b&gt;</pre>');
});

test('no message has more than a hundred pieces of formatting', () => {
  const parts = format('**a** *b* `c` [d](https://e.f)\n'.repeat(100));
  for (const { text } of parts) expect(parseHtml(text).entities.length).toBeLessThanOrEqual(100);
  expect(parts.length).toBeLessThanOrEqual(5);
});

test('long addresses keep a message within the bytes that Telegram takes', () => {
  const parts = format(`[a](https://b.c/${'&'.repeat(1900)}) `.repeat(40));
  for (const { text } of parts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_768);
});

test('a heading goes with what follows it', () => {
  const parts = format(`${'a '.repeat(1900)}\n\n# Next\n\n${'b '.repeat(1000)}`);
  expect(parts.map(({ text }) => text.slice(0, 11))).toEqual(['a a a a a a', '<b>Next</b>']);
});

test('code that is cut is closed and opened again with its language', () => {
  const parts = format(`\`\`\`ts\n${'const a = 1;\n'.repeat(700)}\`\`\``);
  expect(parts.length).toBe(3);
  for (const { text } of parts) {
    expect(text).toMatch(/^<pre><code class="language-ts">(const a = 1;\n)+const a = 1;<\/code><\/pre>$/);
  }
});

function one(markdown: string): { readonly text: string; readonly plain: string } {
  const [part, ...more] = format(markdown);
  if (!part) throw new Error('no part');
  expect(more).toEqual([]);
  parseHtml(part.text);
  return part;
}
