import type { MessageEntity } from 'grammy/types';
import { badRequest } from './types.ts';

export interface Formatted {
  text: string;
  entities: MessageEntity[];
}

type Simple = Exclude<
  MessageEntity['type'],
  'text_link' | 'text_mention' | 'pre' | 'custom_emoji' | 'date_time'
>;

const TAGS: Record<string, Simple | 'pre' | 'text_link' | 'none'> = {
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
const TOKEN = /<(\/?)([a-zA-Z][\w-]*)([^<>]*)>|<|&(?:#(\d+)|#x([\da-fA-F]+)|(lt|gt|amp|quot));/g;

interface Open {
  tag: string;
  at: number;
  href: string | undefined;
}

/** Telegram's HTML parse mode: the tags it knows, balanced, and its four named entities. */
export function parseHtml(html: string): Formatted {
  const open: Open[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  let read = 0;
  for (const match of html.matchAll(TOKEN)) {
    const [whole, slash, name, attributes, decimal, hex, named] = match;
    const where = Buffer.byteLength(html.slice(0, match.index));
    text += html.slice(read, match.index);
    read = match.index + whole.length;
    if (named) text += NAMED[named] ?? '';
    else if (decimal) text += String.fromCodePoint(Number(decimal));
    else if (hex) text += String.fromCodePoint(Number.parseInt(hex, 16));
    else if (!name) throw unparsable(`Unsupported start tag "" at byte offset ${where}`);
    else if (slash) entities.push(...close(open, name.toLowerCase(), text.length, where));
    else open.push(start(name.toLowerCase(), attributes ?? '', text.length, where));
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsable(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  return { text: text + html.slice(read), entities };
}

function start(tag: string, attributes: string, at: number, where: number): Open {
  if (!(tag in TAGS)) throw unparsable(`Unsupported start tag "${tag}" at byte offset ${where}`);
  return { tag, at, href: /href\s*=\s*["']?([^"'\s>]+)/.exec(attributes)?.[1]?.replaceAll('&amp;', '&') };
}

function close(open: Open[], tag: string, end: number, where: number): MessageEntity[] {
  const opened = open.pop();
  if (!opened) throw unparsable(`Unexpected end tag at byte offset ${where}`);
  if (opened.tag !== tag) {
    throw unparsable(
      `Unmatched end tag at byte offset ${where}, expected "</${opened.tag}>", found "</${tag}>"`,
    );
  }
  const type = TAGS[tag] ?? 'none';
  const place = { offset: opened.at, length: end - opened.at };
  if (place.length === 0 || type === 'none') return [];
  if (type === 'text_link') return opened.href ? [{ type, ...place, url: opened.href }] : [];
  return [{ type, ...place }];
}

function unparsable(what: string): Error {
  return badRequest(`can't parse entities: ${what}`);
}
