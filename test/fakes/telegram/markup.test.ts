import { describe, expect, test } from 'vitest';
import { parseHtml } from './markup.ts';

test.each([
  ['a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27;', `a <b> & "c" 'd'`, []],
  ['fish &nbsp; chips & peas', 'fish &nbsp; chips & peas', []],
  ['<b>a<i>b</i></b>', 'ab', ['bold 0+2', 'italic 1+1']],
  ['😀<B>x</>', '😀x', ['bold 2+1']],
  ['<pre><code class="language-ts">let x</code></pre>', 'let x', ['pre 0+5 ts']],
  ['<pre><code class="language-ts">x</code> y</pre>', 'x y', ['pre 0+3', 'code 0+1']],
  ['<code class="language-ts">x</code>', 'x', ['code 0+1']],
  ['<a href="https://example.org/?a=1&amp;b=>">x</a>', 'x', ['text_link 0+1 https://example.org/?a=1&b=>']],
  ['<a href="nonsense">x</a>', 'x', []],
  ['<span class="tg-spoiler">x</span>', 'x', ['spoiler 0+1']],
  ['<blockquote expandable>x</blockquote>', 'x', ['expandable_blockquote 0+1']],
  ['<b></b>x', 'x', []],
])('%s is read as Telegram reads it', (html, text, entities) => {
  const read = parseHtml(html);
  expect(read.text).toBe(text);
  expect(
    read.entities.map((entity) => {
      const more = Object.values(entity).slice(3).map(String);
      return [entity.type, `${entity.offset}+${entity.length}`, ...more].join(' ');
    }),
  ).toEqual(entities);
});

describe('refused are', () => {
  test.each([
    ['1 < 2', 'Unclosed start tag at byte offset 2'],
    ['é < b > c', 'Unsupported start tag "" at byte offset 3'],
    ['I <3 you <b>x</b>', 'Unsupported start tag "3" at byte offset 2'],
    ['a<br>b', 'Unsupported start tag "br" at byte offset 1'],
    ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
    ['<b>x', `Can't find end tag corresponding to start tag "b"`],
    ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<a href>x</a>', 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ])('%s', (html, why) => {
    expect(() => parseHtml(html)).toThrow(`Bad Request: can't parse entities: ${why}`);
  });
});
