import type { TextPart } from '../adapter.ts';
import { append, type Block, type Span } from './block.ts';
import { boundary, LOOKAHEAD } from './boundary.ts';
import { blank, clean } from './clean.ts';
import { Cursor, linesOf, textOf } from './cursor.ts';
import { afterSpace } from './cut.ts';
import type { Dialect } from './dialect.ts';
import { Pages, type Piece } from './page.ts';
import { parse } from './parse.ts';

/**
 * Lines and cells. Each becomes up to five tokens of the parser, all of them in memory at once: a megabyte of `- a` would
 * take 400 MB. A megabyte of prose or code has some 20,000 lines; what has more than this is shown without markup.
 */
const MOST_PIECES = 40_000;

/**
 * Writes a reply in the markup of a platform, in as few messages as its limits allow without tearing apart what belongs
 * together. Blank text gives none, any other at least one.
 */
export function write(markdown: string, dialect: Dialect): readonly TextPart[] {
  if (blank(markdown)) return [];
  const parts = pieceworked(markdown) ? [] : split(parse(markdown), dialect);
  // What Markdown does not show, such as the definition of a link that is not used, is shown as it is.
  return parts.length > 0 ? parts : split([asItIs(markdown)], dialect);
}

function pieceworked(markdown: string): boolean {
  let count = 0;
  for (const _ of markdown.matchAll(/[\n|]/g)) if (++count > MOST_PIECES) return true;
  return false;
}

function asItIs(markdown: string): Block {
  const spans = [{ text: clean(markdown), style: 0 }];
  return { kind: 'text', quote: 0, first: '', rest: '', apart: false, heading: 0, spans };
}

function split(blocks: Iterable<Block>, dialect: Dialect): readonly TextPart[] {
  const pages = new Pages(dialect);
  for (const block of blocks) {
    const spans = block.kind === 'code' ? [{ text: block.text, style: 0 }] : shownLinks(block.spans, dialect);
    place(block, spans, dialect, pages);
  }
  return pages.done();
}

function place(block: Block, spans: readonly Span[], dialect: Dialect, pages: Pages): void {
  const length = spans.reduce((sum, span) => sum + span.text.length, 0);
  if (block.kind === 'code' ? blank(block.head + block.text) : length === 0 && blank(block.first)) return;
  if (length <= dialect.limits.units) {
    const whole = piece(block, spans, dialect, true);
    if (pages.left(whole) >= 0) return pages.add(whole);
    pages.turn();
    if (pages.left(whole) >= 0) return pages.add(whole);
  } else if (pages.left() < 0.5) pages.turn();
  pour(block, spans, dialect, pages);
}

/** Fills messages with a block that is larger than one. */
function pour(block: Block, spans: readonly Span[], dialect: Dialect, pages: Pages): void {
  const cursor = new Cursor(spans);
  let first = true;
  while (!cursor.done) {
    // Of two neighbours one has a look of its own, so that more spans than this cannot fit.
    const ahead = cursor.peek(pages.room + LOOKAHEAD, 2 * dialect.limits.entities + 4);
    const text = textOf(ahead);
    const end = largest(text, (length) =>
      pages.left(piece(block, new Cursor(ahead).peek(length), dialect, first)),
    );
    if (end === 0) {
      // Not even one character: that cannot be in an empty message.
      if (pages.empty) return;
      pages.turn();
      continue;
    }
    const taken = new Cursor(ahead).peek(end);
    if (!blank(textOf(taken))) {
      pages.add(piece(block, taken, dialect, first));
      first = false;
    }
    cursor.advance(end);
    cursor.advance(skipped(block, textOf(cursor.peek(pages.room + 1))));
    if (!cursor.done) pages.turn();
  }
}

/** Where to cut `text` so that it fits; `left` says what share of the limits is left with so many units of it. */
function largest(text: string, left: (length: number) => number): number {
  let end = text.length;
  for (;;) {
    const share = left(end);
    if (share >= 0) return end;
    if (end <= 1) return 0;
    // Too much by this share: most often the next try fits, and never by much less than it could.
    end = boundary(text, Math.max(1, Math.min(end - 1, Math.floor(end / (1 - share)))));
  }
}

/** White space that a cut leaves out: between the lines of code only the break, for the next line's indentation counts. */
function skipped(block: Block, next: string): number {
  if (block.kind === 'text') return afterSpace(next, 0);
  return next.startsWith('\n') ? 1 : 0;
}

function piece(block: Block, spans: readonly Span[], dialect: Dialect, first: boolean): Piece {
  if (block.kind === 'code') {
    const text = block.head === '' ? textOf(spans) : `${block.head}\n${textOf(spans)}`;
    const quote = dialect.quotesCode ? block.quote : 0;
    const written = dialect.code(text, block.language);
    return { ...written, plain: dialect.plain(text), quote, apart: block.apart, leads: false };
  }
  const lines = linesOf(spans).map((line, index) => ({
    before: first && index === 0 ? block.first : block.rest,
    spans: line,
  }));
  const plain = lines.map((line) => line.before + line.spans.map(bare).join('')).join('\n');
  return {
    ...dialect.text(lines, block.heading),
    plain: dialect.plain(plain),
    quote: block.quote,
    apart: block.apart,
    leads: block.heading > 0,
  };
}

function shownLinks(spans: readonly Span[], dialect: Dialect): readonly Span[] {
  const shown: Span[] = [];
  for (const span of spans) {
    if (span.href !== undefined && dialect.linkable(span.href)) shown.push(span);
    else append(shown, bare(span), span.style);
  }
  return shown;
}

function bare({ text, href }: Span): string {
  const address = href?.replace(/^mailto:/i, '');
  return address === undefined || text === address || text === href ? text : `${text} (${address})`;
}
