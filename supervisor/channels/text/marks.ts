import { CODE, type Span } from './block.ts';

/** How the marks of one platform are put around text. */
export interface Marks {
  /**
   * What opens and closes `style` (a single bit), and what is put between. `before` and `after` are the characters outside
   * of the run, empty at the ends of a line.
   */
  readonly around: (style: number, before: string, after: string) => readonly [string, string];
  /** Escaped, with what code and links need; `style` is the span's own. */
  readonly text: (span: Span, lineStart: boolean) => string;
  /** Bits that cannot stand on a span: beside code, for instance. */
  readonly without: (span: Span) => number;
  /** Bits in the order of preference, outermost first. */
  readonly bits: readonly number[];
}

interface Open {
  readonly bit: number;
  readonly close: string;
}

/**
 * Writes one line so that marks are nested properly and those that last longer stand outside. `opened` counts them,
 * links and code too.
 */
export function mark(
  spans: readonly Span[],
  marks: Marks,
): { readonly markup: string; readonly opened: number } {
  const [only] = spans;
  if (!only) return { markup: '', opened: 0 };
  if (spans.length === 1 && only.style === 0 && only.href === undefined) {
    return { markup: marks.text(only, true), opened: 0 };
  }
  const styles = spans.map((span) => span.style & ~marks.without(span));
  const open: Open[] = [];
  let markup = '';
  let opened = 0;
  for (const [index, span] of spans.entries()) {
    const style = styles[index] ?? 0;
    // What ends here is closed, with all that was opened after it.
    const kept = open.findIndex((one) => (style & one.bit) === 0);
    if (kept >= 0) for (const one of open.splice(kept).reverse()) markup += one.close;
    const missing = marks.bits.filter((bit) => (style & bit) !== 0 && !open.some((one) => one.bit === bit));
    const runs = missing
      .map((bit) => ({ bit, end: endOf(styles, index, bit) }))
      .sort((a, b) => b.end - a.end);
    for (const { bit, end } of runs) {
      const [start, close] = marks.around(
        bit,
        spans[index - 1]?.text.at(-1) ?? '',
        spans[end]?.text.at(0) ?? '',
      );
      // `**a***b*` is not bold and then italic: an invisible space tells the two marks apart.
      markup += markup !== '' && start !== '' && markup.endsWith(start.charAt(0)) ? `\u200b${start}` : start;
      open.push({ bit, close });
      opened++;
    }
    markup += marks.text(span, index === 0);
    if (span.href !== undefined || (span.style & CODE) !== 0) opened++;
  }
  for (const one of open.reverse()) markup += one.close;
  return { markup, opened };
}

function endOf(styles: readonly number[], from: number, bit: number): number {
  let end = from;
  while (end < styles.length && ((styles[end] ?? 0) & bit) !== 0) end++;
  return end;
}
