let graphemes: Intl.Segmenter | undefined;

/** UTF-16 units behind a place that tell whether it lies within a character: flags, families and accents are shorter. */
export const LOOKAHEAD = 64;

/**
 * Where to cut `text` so that the first piece has at most `end` UTF-16 units: after a line, else after a sentence, each
 * only where that leaves no more than half the room unused, else after a word, else between two characters as people
 * see them. Only a single such character that is longer than `end` is cut itself, between code points. Returns 1 or more
 * for an `end` of 2 or more. `text` goes on for `LOOKAHEAD` units behind `end`, or is all there is.
 */
export function boundary(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const least = Math.ceil(end / 2);
  return (
    from(lineEnd(text, end), least) ??
    from(sentenceEnd(text, end, least), least) ??
    from(wordEnd(text, end), 1) ??
    between(text, end)
  );
}

function from(place: number, least: number): number | undefined {
  return place >= least ? place : undefined;
}

/** The line break itself belongs to neither piece, so it may stand right behind the room. */
function lineEnd(text: string, end: number): number {
  return text.lastIndexOf('\n', end);
}

function sentenceEnd(text: string, end: number, least: number): number {
  for (let at = end; at > least; at--) {
    if (/[.!?…]/.test(text.charAt(at - 1)) && isSpace(text, at)) return at;
    if (/[。！？]/.test(text.charAt(at - 1)) && between(text, at) === at) return at;
  }
  return 0;
}

function wordEnd(text: string, end: number): number {
  for (let at = end; at > 0; at--) if (isSpace(text, at)) return at;
  return 0;
}

/** A space that no accent stands on. */
function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code === 0x20 || code === 0x0a || code === 0x09) && !(text.charCodeAt(at + 1) >= 0x300);
}

/** The last end of a character up to `end`; within the first character, `end` or the code point before it. */
function between(text: string, end: number): number {
  // Below U+0300 nothing joins its neighbour.
  if (text.charCodeAt(end - 1) < 0x300 && text.charCodeAt(end) < 0x300) return end;
  graphemes ??= new Intl.Segmenter('en');
  // From the start of the text: whether two flags or one and a half stand before a place can only be counted.
  const start = graphemes.segment(text.slice(0, end + LOOKAHEAD)).containing(end)?.index;
  if (start) return start;
  const low = text.charCodeAt(end);
  return low >= 0xdc00 && low <= 0xdfff ? end - 1 : end;
}
