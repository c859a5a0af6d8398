/**
 * Markdown as Telegram shows it: the HTML of the Bot API (https://core.telegram.org/bots/api#html-style). What TDLib, the
 * program behind the API, makes of it decides (td/telegram/MessageEntity.cpp, telegram-bot-api/Client.cpp):
 *
 * - 4096 code points after the markup is taken out; counted here in UTF-16 units, which are never fewer.
 * - 32,768 bytes with the markup, else "Text is too long". The other limits keep below it: a unit takes at most five bytes
 *   (`&amp;`), addresses count as they do in `plain`.
 * - The first 100 pieces of formatting count, others are dropped in silence.
 * - Code takes no other look, quotes do not nest, a link without a dot in its host and `mailto:` are dropped.
 * - A tab becomes one space.
 * - A link to `tg://user?id=…` is a mention, which calls that person: it is written out instead.
 */
import type { TextPart } from '../adapter.ts';
import { BOLD, CODE, ITALIC, type Span, STRIKE } from '../text/block.ts';
import type { Dialect, Line } from '../text/dialect.ts';
import { escapeAngles } from '../text/escape.ts';
import { type Marks, mark } from '../text/marks.ts';
import { write } from '../text/split.ts';

export function format(markdown: string): readonly TextPart[] {
  return write(markdown, dialect);
}

const TAGS: { readonly [bit: number]: string } = { [BOLD]: 'b', [ITALIC]: 'i', [STRIKE]: 's' };

const marks: Marks = {
  bits: [BOLD, ITALIC, STRIKE],
  around: (bit) => [`<${TAGS[bit]}>`, `</${TAGS[bit]}>`],
  without: (span) => (span.style & CODE ? BOLD | ITALIC | STRIKE : 0),
  text: (span) => {
    const text = escapeAngles(span.text);
    if (span.style & CODE) return `<code>${text}</code>`;
    // Telegram finds an address that is written out by itself, and that costs none of the hundred.
    if (span.href === undefined || span.href === span.text) return text;
    return `<a href="${escapeAngles(span.href).replaceAll('"', '&quot;')}">${text}</a>`;
  },
};

const dialect: Dialect = {
  limits: { units: 4096, entities: 100 },
  linkable: (href) => href.length <= 2048 && /^(https?:\/\/[^/?#]*[.[]|tg:(?!(\/\/)?user\b))/i.test(href),
  text: (lines, heading) => {
    const written = lines.map((line) => mark(heading > 0 ? line.spans.map(bold) : line.spans, marks));
    return {
      markup: lines
        .map((line, index) => escapeAngles(line.before) + (written[index]?.markup ?? ''))
        .join('\n'),
      units: lines.reduce((sum, line) => sum + shown(line) + 1, -1),
      entities: written.reduce((sum, line) => sum + line.opened, 0),
    };
  },
  code: (source, language) => {
    const text = source.replaceAll('\t', '    ');
    const inner =
      language === ''
        ? escapeAngles(text)
        : `<code class="language-${language}">${escapeAngles(text)}</code>`;
    return { markup: `<pre>${inner}</pre>`, units: text.length, entities: 1 };
  },
  quote: (markup) => `<blockquote>${markup}</blockquote>`,
  quoteEntities: 1,
  quotesCode: true,
  plain: (text) => text,
};

function bold(span: Span): Span {
  return { ...span, style: span.style | BOLD };
}

function shown(line: Line): number {
  return line.spans.reduce((sum, span) => sum + span.text.length, line.before.length);
}
