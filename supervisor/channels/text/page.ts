import type { TextPart } from '../adapter.ts';
import { blank } from './clean.ts';
import type { Dialect } from './dialect.ts';

/** What is added to a message at once: a block, or as much of it as fits. */
export interface Piece {
  readonly markup: string;
  readonly plain: string;
  readonly units: number;
  readonly entities: number;
  readonly quote: number;
  readonly apart: boolean;
  /** Belongs to what follows: a heading. */
  readonly leads: boolean;
}

interface Weight {
  units: number;
  entities: number;
}

/** The message that is being filled, and those that are full. */
export class Pages {
  private readonly dialect: Dialect;
  private readonly parts: TextPart[] = [];
  private pieces: Piece[] = [];
  private used: Weight = { units: 0, entities: 0 };

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** The share of the limits that is left in this message after `piece`; negative: it does not fit. */
  left(piece?: Piece): number {
    const more = piece ? this.weigh(piece) : { units: 0, entities: 0 };
    const { limits } = this.dialect;
    const share = (kind: keyof Weight): number => 1 - (this.used[kind] + more[kind]) / limits[kind];
    return Math.min(share('units'), share('entities'));
  }

  get empty(): boolean {
    return this.pieces.length === 0;
  }

  /** UTF-16 units that are left at most. */
  get room(): number {
    return Math.max(0, this.dialect.limits.units - this.used.units);
  }

  add(piece: Piece): void {
    const more = this.weigh(piece);
    this.pieces.push(piece);
    this.used = {
      units: this.used.units + more.units,
      entities: this.used.entities + more.entities,
    };
  }

  /** Ends the message. A heading at its end moves to the next. */
  turn(): void {
    const leading = this.pieces.length > 1 && this.pieces.at(-1)?.leads ? this.pieces.pop() : undefined;
    this.finish();
    if (leading) this.add(leading);
  }

  done(): readonly TextPart[] {
    this.finish();
    return this.parts;
  }

  private finish(): void {
    const { dialect } = this;
    let text = '';
    let plain = '';
    for (let at = 0; at < this.pieces.length; ) {
      const { quote, apart } = this.pieces[at] as Piece;
      let end = at + 1;
      while (quote > 0 && this.pieces[end]?.quote === quote) end++;
      const group = this.pieces.slice(at, end);
      const gap = at === 0 ? '' : apart ? '\n\n' : '\n';
      const markup = joined(group, (piece) => piece.markup);
      const bare = joined(group, (piece) => piece.plain);
      text += gap + (quote > 0 ? dialect.quote(markup) : markup);
      plain += gap + (quote > 0 ? quoted(bare, dialect) : bare);
      at = end;
    }
    if (!blank(plain)) this.parts.push({ kind: 'text', text, plain });
    this.pieces = [];
    this.used = { units: 0, entities: 0 };
  }

  private weigh(piece: Piece): Weight {
    const { dialect } = this;
    const inQuote = piece.quote > 0;
    const markup = inQuote ? dialect.quote(piece.markup) : piece.markup;
    const plain = inQuote ? quoted(piece.plain, dialect) : piece.plain;
    const marks = dialect.quoteEntities > 0 ? 0 : markup.length - piece.markup.length;
    // The empty line between two pieces, with the marks of a quote.
    const gap = this.pieces.length === 0 ? 0 : 2 + (inQuote ? quoted('', dialect).length : 0);
    return {
      units: Math.max(piece.units + marks, plain.length) + gap,
      entities: piece.entities + (inQuote ? dialect.quoteEntities : 0),
    };
  }
}

function joined(pieces: readonly Piece[], part: (piece: Piece) => string): string {
  return pieces
    .map((piece, index) => (index === 0 ? '' : piece.apart ? '\n\n' : '\n') + part(piece))
    .join('');
}

function quoted(plain: string, dialect: Dialect): string {
  return plain.replace(/^/gm, dialect.plain('> '));
}
