import type { Token } from 'markdown-it';

/** Columns: what lies deeper is indented no further. */
const MOST_INDENT = 24;

/** The first line and the one behind the last. */
export type Lines = readonly [number, number] | null;

interface Container {
  readonly marker: string;
  readonly rest: string;
  /** The marker has been shown. */
  used: boolean;
  readonly item: boolean;
}

export interface Place {
  readonly quote: number;
  readonly first: string;
  readonly rest: string;
  readonly apart: boolean;
}

/** The quotes and list items around the place that has been read up to. */
export class Containers {
  private readonly open: Container[] = [];
  private quotes = 0;
  private depth = 0;
  private lastLine = 0;

  /** What stands around and before the next block, which takes up the lines from `map[0]` to before `map[1]`. */
  next(map: Lines): Place {
    const rest = this.open.map((one) => one.rest).join('');
    const first = this.marked() ? this.open.map((one) => (one.used ? one.rest : one.marker)).join('') : rest;
    for (const one of this.open) one.used = true;
    const [start, end] = map ?? [this.lastLine, this.lastLine];
    const apart = start > this.lastLine;
    this.lastLine = end;
    return {
      quote: this.depth > 0 ? this.quotes : 0,
      first: first.length > rest.length ? first : first.slice(0, MOST_INDENT),
      rest: rest.slice(0, MOST_INDENT),
      apart,
    };
  }

  /** A marker of a list waits to be shown. */
  marked(): boolean {
    return this.open.some((one) => one.item && !one.used);
  }

  /** Takes an opening or closing token. */
  step(token: Token): void {
    switch (token.type) {
      case 'blockquote_open':
        this.depth++;
        if (this.depth === 1) this.quotes++;
        else this.open.push({ marker: '> ', rest: '> ', used: false, item: false });
        break;
      case 'blockquote_close':
        this.depth--;
        if (this.depth > 0) this.open.pop();
        break;
      case 'list_item_open': {
        // Only numbers have an `info`, as their writer wrote them.
        const marker = token.info ? `${token.info}. ` : '• ';
        this.open.push({ marker, rest: ' '.repeat(Math.min(marker.length, 4)), used: false, item: true });
        break;
      }
      case 'list_item_close':
        this.open.pop();
        break;
    }
  }
}
