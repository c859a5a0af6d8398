import stringWidth from 'fast-string-width';

/** Columns of monospace text. Wider tables are not aligned: padding would only make them worse to read. */
const WIDEST = 100;

export type Align = 'left' | 'center' | 'right';

/** A table as monospace text: `head` is shown again wherever `rows` are cut. */
export function layOut(
  cells: readonly (readonly string[])[],
  aligns: readonly Align[],
): { readonly head: string; readonly rows: string; readonly aligned: boolean } {
  const widths = aligns.map((_, column) =>
    cells.reduce((most, row) => Math.max(most, width(row[column])), 1),
  );
  const total = widths.reduce((sum, one) => sum + one, 3 * (widths.length - 1));
  const aligned = total <= WIDEST;
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (aligned ? pad(cell, widths[column] ?? 0, aligns[column]) : cell))
      .join(' | ')
      .trimEnd(),
  );
  const [head = '', ...rows] = lines;
  if (!aligned) return { head, rows: rows.join('\n'), aligned };
  const rule = widths.map((one) => '-'.repeat(one)).join('-+-');
  return { head: `${head}\n${rule}`, rows: rows.join('\n'), aligned };
}

function width(cell: string | undefined): number {
  // Wide enough is all that matters from there on.
  return cell === undefined ? 0 : cell.length > 4 * WIDEST ? cell.length : stringWidth(cell);
}

function pad(cell: string, to: number, align: Align | undefined): string {
  const missing = Math.max(0, to - width(cell));
  if (align === 'right') return ' '.repeat(missing) + cell;
  const before = align === 'center' ? missing >> 1 : 0;
  return ' '.repeat(before) + cell + ' '.repeat(missing - before);
}
