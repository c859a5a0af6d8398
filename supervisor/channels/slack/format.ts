/**
 * Markdown as Slack shows it: mrkdwn (https://docs.slack.dev/messaging/formatting-message-text). At most 4000 characters
 * with their escapes: "for best results, limit the number of characters in the text field to 4,000"
 * (https://docs.slack.dev/reference/methods/chat.postMessage, "Truncating content"); Slack itself cuts longer ones where
 * it likes, within code too, and drops what is behind 40,000.
 *
 * With `&`, `<` and `>` escaped nothing in a text is a mention, a channel or a command of Slack's.
 */
import type { TextPart } from '../adapter.ts';
import { BOLD, CODE, ITALIC, type Span, STRIKE } from '../text/block.ts';
import type { Dialect, Written } from '../text/dialect.ts';
import { escapeAngles } from '../text/escape.ts';
import { type Marks, mark } from '../text/marks.ts';
import { write } from '../text/split.ts';

export function format(markdown: string): readonly TextPart[] {
  return write(markdown, dialect);
}

const LIMIT = 4000;
const SIGNS: { readonly [bit: number]: string } = { [BOLD]: '*', [ITALIC]: '_', [STRIKE]: '~' };

const marks: Marks = {
  bits: [BOLD, ITALIC, STRIKE],
  // Within a word a mark is none for Slack; an invisible space ends the word.
  around: (bit, before, after) => {
    const sign = SIGNS[bit] ?? '';
    return [isWord(before) ? `\u200b${sign}` : sign, isWord(after) ? `${sign}\u200b` : sign];
  },
  without: () => 0,
  text: (span, lineStart) => {
    if (span.href !== undefined) return link(span, span.href);
    // There is no way to write a backtick within code.
    if (span.style & CODE && !span.text.includes('`')) return `\`${escapeAngles(span.text)}\``;
    return unmarked(span.text, lineStart);
  },
};

const dialect: Dialect = {
  limits: { units: LIMIT, entities: Number.POSITIVE_INFINITY },
  linkable: (href) => /^(https?:\/\/|mailto:)/i.test(href) && address(href).length <= LIMIT / 2,
  text: (lines, heading) =>
    whole(
      lines
        .map((line) => {
          const spans =
            heading > 0 ? line.spans.map((span) => ({ ...span, style: span.style | BOLD })) : line.spans;
          return escapeAngles(line.before) + mark(spans, marks).markup;
        })
        .join('\n'),
    ),
  // A fence within would end the block.
  code: (text) => whole(`\`\`\`\n${escapeAngles(text).replace(/``(?=`)/g, '``\u200b')}\n\`\`\``),
  quote: (markup) => markup.replace(/^/gm, '> '),
  quoteEntities: 0,
  // Slack's quotes are lines of text; a block of code does not go on within them.
  quotesCode: false,
  plain: escapeAngles,
};

function whole(markup: string): Written {
  return { markup, units: markup.length, entities: 0 };
}

function link(span: Span, href: string): string {
  if (href === span.text) return `<${address(href)}>`;
  return `<${address(href)}|${escapeAngles(span.text)}>`;
}

function address(href: string): string {
  return escapeAngles(href.replace(/[<>|]/g, encodeURIComponent));
}

/**
 * Slack has no escape for its marks. One followed by a space is none (https://github.com/slackhq/slack-api-docs/issues/34),
 * and a hair space is hardly seen.
 */
function unmarked(text: string, lineStart: boolean): string {
  const marked = /[*_~`]/.test(text);
  const inert = escapeAngles(marked ? text.replace(/(?<![\p{L}\p{N}])[*_~`](?=\S)/gu, '$&\u200a') : text);
  return lineStart ? inert.replace(/^(\s*)&gt;/, '$1\u200b&gt;') : inert;
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
