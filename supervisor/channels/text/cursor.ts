import type { Span } from './block.ts';

/** A place in a row of spans: what stands before it has been written. */
export class Cursor {
  private readonly spans: readonly Span[];
  private index = 0;
  private offset = 0;

  constructor(spans: readonly Span[]) {
    this.spans = spans;
  }

  get done(): boolean {
    return this.index >= this.spans.length;
  }

  /** The next `length` UTF-16 units in at most `most` spans, or what there is. */
  peek(length: number, most = Number.POSITIVE_INFINITY): readonly Span[] {
    const taken: Span[] = [];
    let offset = this.offset;
    let left = length;
    for (
      let index = this.index;
      index < this.spans.length && left > 0 && taken.length < most;
      index++, offset = 0
    ) {
      const span = this.spans[index] as Span;
      const text = span.text.slice(offset, offset + left);
      left -= text.length;
      taken.push(text.length === span.text.length ? span : { ...span, text });
    }
    return taken;
  }

  advance(length: number): void {
    let left = length;
    while (!this.done) {
      const here = (this.spans[this.index] as Span).text.length - this.offset;
      if (left < here) {
        this.offset += left;
        return;
      }
      left -= here;
      this.index++;
      this.offset = 0;
    }
  }
}

export function textOf(spans: readonly Span[]): string {
  return spans.map((span) => span.text).join('');
}

/** Lines without their breaks; a span goes on in the next line with its look. */
export function linesOf(spans: readonly Span[]): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    const [first = '', ...rest] = span.text.split('\n');
    if (first !== '') lines.at(-1)?.push({ ...span, text: first });
    for (const text of rest) lines.push(text === '' ? [] : [{ ...span, text }]);
  }
  return lines;
}
