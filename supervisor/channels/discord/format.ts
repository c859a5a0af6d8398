/**
 * Markdown as Discord shows it (https://support.discord.com/hc/en-us/articles/210298617). A message has at most 2000
 * code points (`content` of https://docs.discord.com/developers/resources/message#create-message); counted here in UTF-16
 * units, which are never fewer.
 *
 * Whom a message pings is looked for in its text whatever stands around it, so a mention is broken by an invisible space,
 * in code too; the adapter's `allowed_mentions` is the second lock.
 */
import type { TextPart } from '../adapter.ts';
import { BOLD, CODE, ITALIC, type Span, STRIKE } from '../text/block.ts';
import type { Dialect, Written } from '../text/dialect.ts';
import { type Marks, mark } from '../text/marks.ts';
import { write } from '../text/split.ts';

export function format(markdown: string): readonly TextPart[] {
  return write(markdown, dialect);
}

const LIMIT = 2000;

const marks: Marks = {
  bits: [BOLD, ITALIC, STRIKE],
  around: (bit, before, after) => {
    if (bit === BOLD) return ['**', '**'];
    if (bit === STRIKE) return ['~~', '~~'];
    // Within a word only the star is a mark; beside bold only the line is told apart from it.
    const star = /\w/.test(before) || /\w/.test(after);
    return star ? ['*', '*'] : ['_', '_'];
  },
  without: () => 0,
  text: (span, lineStart) => {
    if (span.href !== undefined) return link(span, span.href, lineStart);
    if (span.style & CODE) return inlineCode(span.text);
    return literally(span.text, lineStart);
  },
};

const dialect: Dialect = {
  limits: { units: LIMIT, entities: Number.POSITIVE_INFINITY },
  linkable: (href) => /^https?:\/\//i.test(href) && address(href).length <= LIMIT / 2,
  text: (lines, heading) => {
    const large = heading > 0 && heading <= 3;
    const written = lines.map((line) => {
      const spans =
        heading > 3 ? line.spans.map((span) => ({ ...span, style: span.style | BOLD })) : line.spans;
      const level = large && line.before === '' && line === lines[0] ? `${'#'.repeat(heading)} ` : '';
      return line.before.replaceAll('•', '-') + level + mark(spans, marks).markup;
    });
    return whole(written.join('\n'));
  },
  // There is no longer fence, so a fence within is told apart by an invisible space.
  code: (text, language) => whole(`\`\`\`${language}\n${text.replace(/``(?=`)/g, '``\u200b')}\n\`\`\``),
  quote: (markup) => markup.replace(/^/gm, '> '),
  quoteEntities: 0,
  quotesCode: true,
  plain: unmentioned,
};

function whole(text: string): Written {
  const markup = unmentioned(text);
  return { markup, units: markup.length, entities: 0 };
}

/** Everyone, those who are here, a person, a role, a channel. */
function unmentioned(text: string): string {
  return text.replace(/@(?=everyone|here)/gi, '@\u200b').replace(/<(?=[@#][!&]?\d)/g, '<\u200b');
}

function link(span: Span, href: string, lineStart: boolean): string {
  // An address written out is a link by itself; a backslash would become part of it.
  if (href === span.text) return address(href);
  return `[${literally(span.text, lineStart)}](${address(href)})`;
}

function address(href: string): string {
  return href
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replace(/@(?=everyone|here)/gi, '%40');
}

function inlineCode(text: string): string {
  if (!text.includes('`')) return `\`${text}\``;
  return `\`\` ${text.replace(/`(?=`)/g, '`\u200b')} \`\``;
}

function literally(text: string, lineStart: boolean): string {
  const inline = text.replace(/[\\*_~`|[\]<]/g, '\\$&');
  if (!lineStart) return inline;
  return inline.replace(/^(\s*)([#>+-])/, '$1\\$2').replace(/^(\s*\d+)([.)])/, '$1\\$2');
}
