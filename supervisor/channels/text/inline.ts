import type { Env, MarkdownIt, Token } from 'markdown-it';
import { append, BOLD, CODE, ITALIC, type Span, STRIKE } from './block.ts';
import { boundary, LOOKAHEAD } from './boundary.ts';
import { clean } from './clean.ts';

/** UTF-16 units read at a time: a paragraph longer than this is no paragraph, and memory is to stay small. */
const AT_ONCE = 16_384;

const STYLES: { readonly [type: string]: number } = { strong: BOLD, em: ITALIC, s: STRIKE };

/** Nothing here can be markup, an address or a line break. */
const BARE = /^[^\\`*_~[\]!<&:\n]*$/;

/** Reads what stands in a paragraph, a heading or a cell. */
export function readInline(parser: MarkdownIt, env: Env, content: string): readonly Span[] {
  if (BARE.test(content)) return content === '' ? [] : [{ text: content, style: 0 }];
  const spans: Span[] = [];
  for (let at = 0; at < content.length; ) {
    const rest = content.slice(at, at + AT_ONCE + LOOKAHEAD);
    const end = rest.length > AT_ONCE ? boundary(rest, AT_ONCE) : rest.length;
    const tokens: Token[] = [];
    parser.inline.parse(rest.slice(0, end), parser, env, tokens);
    collect(tokens, spans);
    at += end;
  }
  return spans;
}

function collect(tokens: readonly Token[], spans: Span[]): void {
  const depth: { [type: string]: number } = {};
  let link: { href: string; text: string; style: number } | undefined;
  const put = (text: string, style: number, href?: string): void => {
    // An address within an address does not exist: the outer one wins.
    if (link && href === undefined) {
      link.text += text;
      link.style &= style;
    } else if (href === undefined) append(spans, text, style);
    else if (text !== '') spans.push({ text, style, href });
  };
  for (const token of tokens) {
    const style = styleOf(depth);
    switch (token.type) {
      case 'text':
        put(token.content, style);
        break;
      case 'text_special':
        // A named or numbered character may be any: `&#x202e;` turns the text round.
        put(clean(token.content), style);
        break;
      case 'code_inline':
        put(token.content, style | CODE);
        break;
      case 'softbreak':
      case 'hardbreak':
        put('\n', style);
        break;
      case 'link_open':
        link = { href: String(token.attrGet('href') ?? ''), text: '', style: ~CODE };
        break;
      case 'link_close': {
        const { href, text, style: common } = link ?? { href: '', text: '', style };
        link = undefined;
        // An address written bare is shown as it was written, so it is also called so.
        const same = token.info === 'auto' && /^https?:/i.test(text);
        if (text.trim() === '') put(href, style, href || undefined);
        else put(text, common, same ? text : href || undefined);
        break;
      }
      case 'image': {
        const src = String(token.attrGet('src') ?? '');
        const alt = token.children?.map((child) => child.content).join('') ?? '';
        if (link) put(alt || src, style);
        else put(alt.trim() === '' ? src : alt, style, src || undefined);
        break;
      }
      default:
        nest(depth, token);
    }
  }
}

function nest(depth: { [type: string]: number }, token: Token): void {
  const type = token.type.replace(/_(open|close)$/, '');
  depth[type] = (depth[type] ?? 0) + token.nesting;
}

function styleOf(depth: { readonly [type: string]: number }): number {
  let style = 0;
  for (const type in depth) if ((depth[type] ?? 0) > 0) style |= STYLES[type] ?? 0;
  return style;
}
