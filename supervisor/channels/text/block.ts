/** Bits of `Span.style`. */
export const BOLD = 1;
export const ITALIC = 2;
export const STRIKE = 4;
export const CODE = 8;

/** A run of text of one look. A line break is "\n". */
export interface Span {
  readonly text: string;
  readonly style: number;
  /** Percent-encoded, of any scheme but those that run scripts. Its own text for an address written bare. */
  readonly href?: string;
}

interface Common {
  /** The outermost quote that it stands in, counted from 1; 0: in none. Quotes within it are part of `first` and `rest`. */
  readonly quote: number;
  /** Before the first line: indentation and the marker of a list. */
  readonly first: string;
  /** Before every other line. */
  readonly rest: string;
  /** An empty line stands before it. */
  readonly apart: boolean;
}

export interface TextBlock extends Common {
  readonly kind: 'text';
  readonly spans: readonly Span[];
  /** 1 to 6; 0: no heading. */
  readonly heading: number;
}

export interface CodeBlock extends Common {
  readonly kind: 'code';
  readonly language: string;
  readonly text: string;
  /** Lines that stand at the top of every message into which `text` is cut: the head of a table. */
  readonly head: string;
}

export type Block = TextBlock | CodeBlock;

/** Adds text, to the last span where that has the same look. */
export function append(spans: Span[], text: string, style: number): void {
  const last = spans.at(-1);
  if (last && last.style === style && last.href === undefined) {
    spans[spans.length - 1] = { text: last.text + text, style };
  } else if (text !== '') spans.push({ text, style });
}
