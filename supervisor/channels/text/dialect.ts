import type { Span } from './block.ts';

/** How one platform writes what was read. Pure. */
export interface Dialect {
  readonly limits: Limits;
  /** Whether this address can be hidden behind a text; where it cannot, it is shown behind the text. */
  readonly linkable: (href: string) => boolean;
  /** `lines` of a paragraph or heading, each with what stands before it. No line break within a span. */
  readonly text: (lines: readonly Line[], heading: number) => Written;
  readonly code: (text: string, language: string) => Written;
  /** Puts a quote's marks around lines. */
  readonly quote: (markup: string) => string;
  /** What a quote adds to `entities`. */
  readonly quoteEntities: number;
  /** Code within a quote is shown as a quote. */
  readonly quotesCode: boolean;
  /** Makes text without markup harmless where the platform would still find something in it. */
  readonly plain: (text: string) => string;
}

export interface Limits {
  /** UTF-16 units of what is shown and of `plain`. */
  readonly units: number;
  /** Pieces of formatting. */
  readonly entities: number;
}

export interface Line {
  readonly before: string;
  readonly spans: readonly Span[];
}

export interface Written {
  readonly markup: string;
  /** UTF-16 units that the platform counts. */
  readonly units: number;
  readonly entities: number;
}
