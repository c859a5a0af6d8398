import type { Token } from 'markdown-it';
import type { Block, Span } from './block.ts';
import { blank, clean } from './clean.ts';
import { Containers, type Lines } from './containers.ts';
import { readInline } from './inline.ts';
import { reader } from './reader.ts';
import { type Align, layOut } from './table.ts';

/**
 * Reads a reply in Markdown (CommonMark; tables, strikethrough, task lists and bare addresses as on GitHub) as a flat row
 * of blocks. Nothing that can be read is dropped: raw HTML is text, an image is a link. A paragraph is read when it is
 * asked for, so that only one is in memory.
 */
export function* parse(markdown: string): Generator<Block> {
  const parser = reader();
  const env = {};
  const tokens: Token[] = [];
  const source = clean(markdown);
  parser.block.parse(source, parser, env, tokens);
  let lines: readonly string[] | undefined;
  const around = new Containers();
  let heading = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    switch (token.type) {
      case 'heading_open':
        heading = Number(token.tag.slice(1));
        break;
      case 'heading_close':
        heading = 0;
        break;
      case 'inline': {
        const marked = around.marked();
        const spans = readInline(parser, env, token.content);
        yield { kind: 'text', ...around.next(token.map), heading, spans: marked ? task(spans) : spans };
        break;
      }
      case 'fence':
      case 'code_block':
        yield* code(around, token.map, language(token.info), token.content.replace(/\n$/, ''), '');
        break;
      case 'table_open': {
        const start = at;
        while (tokens[at]?.type !== 'table_close') at++;
        lines ??= source.split('\n');
        yield* table(around, token.map, tokens.slice(start, at), lines, (content) =>
          readInline(parser, env, content),
        );
        break;
      }
      case 'hr':
        yield { kind: 'text', ...around.next(token.map), heading: 0, spans: [{ text: '———', style: 0 }] };
        break;
      default:
        // An item ends with nothing in it: its marker is all there is.
        if (token.type === 'list_item_close' && around.marked()) yield marker(around, token.map);
        around.step(token);
    }
  }
}

function marker(around: Containers, map: Lines): Block {
  return { kind: 'text', ...around.next(map), heading: 0, spans: [] };
}

function* code(around: Containers, map: Lines, name: string, text: string, head: string): Generator<Block> {
  // Code starts at the margin, so the marker of its list item stands alone above it.
  if (around.marked()) yield marker(around, map);
  yield { kind: 'code', ...around.next(map), language: name, text, head };
}

function* table(
  around: Containers,
  map: Lines,
  tokens: readonly Token[],
  lines: readonly string[],
  read: (content: string) => readonly Span[],
): Generator<Block> {
  const cells: string[][] = [];
  const aligns: Align[] = [];
  let row: Lines = null;
  for (const token of tokens) {
    if (token.type === 'tr_open') {
      cells.push([]);
      row = token.map;
    }
    if (token.type === 'th_open')
      aligns.push((/center|right/.exec(String(token.attrGet('style')))?.[0] as Align) ?? 'left');
    if (token.type === 'inline') cells.at(-1)?.push(inCell(read(token.content)));
    if (token.type === 'tr_close') addExcess(cells.at(-1) ?? [], lines[row?.[0] ?? -1]);
  }
  const { head, rows, aligned } = layOut(cells, aligns);
  if (aligned) yield* code(around, map, '', rows, head);
  else {
    const spans: Span[] = [{ text: rows === '' ? head : `${head}\n${rows}`, style: 0 }];
    yield { kind: 'text', ...around.next(map), heading: 0, spans };
  }
}

/** Where a row has more cells than the head has columns, the parser drops the others: often somebody wrote `a || b`. */
function addExcess(cells: string[], line = ''): void {
  const last = cells.length - 1;
  const written = line.replace(/^[\s>]*\|/, '').split(/(?<!\\)\|/);
  const excess = written.slice(cells.length).join('|').replace(/\s+/g, ' ').trim();
  if (last >= 0 && !blank(excess)) cells[last] = `${cells[last]} | ${excess}`;
}

function inCell(spans: readonly Span[]): string {
  return spans
    .map(({ text, href }) => (href === undefined || href === text ? text : `${text} (${href})`))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first word after three backticks, as far as any platform takes it for a language. */
function language(info: string): string {
  return /^[\w#+.-]{1,30}(?=\s|$)/.exec(info.trim())?.[0] ?? '';
}

function task(spans: readonly Span[]): readonly Span[] {
  const [first, ...rest] = spans;
  const box = first?.style === 0 && first.href === undefined ? /^\[([ xX])\](?=\s)/.exec(first.text) : null;
  if (!first || !box) return spans;
  return [{ text: (box[1] === ' ' ? '☐' : '☑') + first.text.slice(3), style: 0 }, ...rest];
}
