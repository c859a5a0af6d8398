import type { MessageEntity } from 'grammy/types';
import { badRequest } from './types.ts';

export interface Formatted {
  text: string;
  entities: MessageEntity[];
}

type Styled = Exclude<MessageEntity['type'], 'text_link' | 'text_mention' | 'custom_emoji' | 'date_time'>;

const TAGS: Record<string, Styled | 'text_link' | 'none'> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  a: 'text_link',
  'tg-emoji': 'none',
  'tg-time': 'none',
};
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const REFERENCE = /&(?:#x([\da-fA-F]+)|#(\d+)|([a-zA-Z]+));?/y;
const ATTRIBUTE = /\s*([^\s=>]+)\s*(?:=\s*(?:"([^"]*)"?|'([^']*)'?|([\w.-]*)(?=[\s>]|$)))?/y;

interface Open {
  tag: string;
  at: number;
  attributes: Map<string, string>;
}

/**
 * Telegram's HTML parse mode, its rules and its words those of tdlib/td, MessageEntity.cpp, parse_html: known tags only,
 * nested and closed, an unescaped `<` is an error, four named references, every other `&` is text.
 */
export function parseHtml(html: string): Formatted {
  const open: Open[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  for (let at = 0; at < html.length; ) {
    if (html[at] === '<') {
      const end = endOfTag(html, at);
      if (html[at + 1] === '/') close(open, html.slice(at + 2, end), text, offset(html, at), entities);
      else open.push(start(html.slice(at + 1, end), text.length, offset(html, at)));
      at = end + 1;
    } else {
      const { length, value } = character(html, at);
      text += value;
      at += length;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsable(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  // Outer before inner, as Telegram lists them.
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text, entities };
}

/** The `>` that ends the tag: one in a quoted value does not. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at += 1) {
    const character = html[at] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '>') return at;
    else if (/["']/.test(character) && /=\s*$/.test(html.slice(from, at))) quote = character;
  }
  const kind = html[from + 1] === '/' ? 'end' : 'start';
  throw unparsable(`Unclosed ${kind} tag at byte offset ${offset(html, from)}`);
}

function start(inside: string, at: number, where: number): Open {
  const tag = (/^\S*/.exec(inside)?.[0] ?? '').toLowerCase();
  if (!Object.hasOwn(TAGS, tag)) throw unparsable(`Unsupported start tag "${tag}" at byte offset ${where}`);
  const attributes = new Map<string, string>();
  const rest = inside.slice(tag.length).trimEnd();
  for (ATTRIBUTE.lastIndex = 0; ATTRIBUTE.lastIndex < rest.length; ) {
    const [, name = '', double, single, bare] = ATTRIBUTE.exec(rest) ?? [];
    if (name === '') throw unparsable(`Empty attribute name in the tag "${tag}" at byte offset ${where}`);
    const value = double ?? single ?? bare?.toLowerCase();
    if (value === undefined && !(tag === 'blockquote' && name === 'expandable')) {
      throw unparsable(
        `Expected equal sign in declaration of an attribute of the tag "${tag}" at byte offset ${where}`,
      );
    }
    attributes.set(name, resolve(value ?? ''));
  }
  if (tag === 'span' && attributes.get('class') !== 'tg-spoiler')
    throw unparsable(`Tag "span" must have class "tg-spoiler" at byte offset ${where}`);
  return { tag, at, attributes };
}

function close(open: Open[], inside: string, text: string, where: number, entities: MessageEntity[]): void {
  const name = inside.trimEnd().toLowerCase();
  const opened = open.pop();
  if (!opened) throw unparsable(`Unexpected end tag at byte offset ${where}`);
  // `</>` closes whatever is open.
  if (name !== '' && name !== opened.tag) {
    throw unparsable(
      `Unmatched end tag at byte offset ${where}, expected "</${opened.tag}>", found "</${name}>"`,
    );
  }
  const type = TAGS[opened.tag] ?? 'none';
  const place = { offset: opened.at, length: text.length - opened.at };
  if (place.length === 0 || type === 'none') return;
  if (type === 'text_link') {
    const url = opened.attributes.get('href') || text.slice(opened.at);
    if (/^(?:[a-z][a-z\d+.-]*:|[^\s/]+\.[a-z])/i.test(url)) entities.push({ type, ...place, url });
    return;
  }
  const inner = entities.at(-1);
  if (type === 'pre' && inner?.type === 'pre') {
    if (covers(inner, place)) return;
    entities[entities.length - 1] = { type: 'code', offset: inner.offset, length: inner.length };
  }
  if (type === 'code') {
    const language = /^language-(.+)/.exec(opened.attributes.get('class') ?? '')?.[1];
    const isInPre = open.at(-1)?.tag === 'pre' && open.at(-1)?.at === opened.at;
    entities.push(language && isInPre ? { type: 'pre', ...place, language } : { type, ...place });
    return;
  }
  const expandable = type === 'blockquote' && opened.attributes.has('expandable');
  entities.push({ type: expandable ? 'expandable_blockquote' : type, ...place });
}

function covers(one: { offset: number; length: number }, other: { offset: number; length: number }): boolean {
  return one.offset === other.offset && one.length === other.length;
}

function character(html: string, at: number): { length: number; value: string } {
  REFERENCE.lastIndex = at;
  const [whole = '', hex, decimal, named] = (html[at] === '&' && REFERENCE.exec(html)) || [];
  const code = hex === undefined ? Number(decimal ?? 0) : Number.parseInt(hex, 16);
  if (code > 0 && code < 0x10_ff_ff && whole.length < 10)
    return { length: whole.length, value: String.fromCodePoint(code) };
  const value = named === undefined ? undefined : NAMED[named];
  return value === undefined ? { length: 1, value: html[at] ?? '' } : { length: whole.length, value };
}

function resolve(value: string): string {
  let resolved = '';
  for (let at = 0; at < value.length; ) {
    const next = character(value, at);
    resolved += next.value;
    at += next.length;
  }
  return resolved;
}

function offset(html: string, at: number): number {
  return Buffer.byteLength(html.slice(0, at));
}

function unparsable(what: string): Error {
  return badRequest(`can't parse entities: ${what}`);
}
