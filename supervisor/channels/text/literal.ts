import { clean } from './clean.ts';

/**
 * Markdown that shows a name as it is, on one line, whatever its owner has put into it. White space at the ends goes, and
 * repeated white space is one space.
 */
export function literal(name: string): string {
  // Every character of ASCII punctuation may be escaped, and an escaped one means nothing: not in an address either.
  return clean(name)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
