import { boundary, LOOKAHEAD } from './boundary.ts';
import { blank, clean } from './clean.ts';

/**
 * Cuts text without markup into pieces of at most `limit` UTF-16 units (at least 2): at empty lines, else at lines,
 * sentences, words, never within a character. White space at a cut goes. No piece is blank; blank text gives none.
 */
export function cut(text: string, limit: number): readonly string[] {
  const pieces: string[] = [];
  const source = clean(text);
  for (let at = afterSpace(source, 0); at < source.length; ) {
    const room = source.slice(at, at + limit + LOOKAHEAD);
    const end = room.length > limit ? (paragraphEnd(room, limit) ?? boundary(room, limit)) : room.length;
    const piece = room.slice(0, end).trimEnd();
    if (!blank(piece)) pieces.push(piece);
    at = afterSpace(source, at + end);
  }
  return pieces;
}

/** White space at a cut belongs to neither piece; the indentation of the next line does. */
export function afterSpace(text: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  const found = space.exec(text)?.[0] ?? '';
  const line = found.lastIndexOf('\n');
  return at + (line < 0 ? found.length : line + 1);
}

function paragraphEnd(text: string, end: number): number | undefined {
  const place = text.lastIndexOf('\n\n', end);
  return place >= end / 2 ? place : undefined;
}
