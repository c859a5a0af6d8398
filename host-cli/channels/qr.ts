import type { Colors, Ui } from '../ui.ts';

/** Prints a link as a QR code where a camera could read it: on a terminal that is wide enough. */
export async function printQr(link: string, ui: Ui): Promise<void> {
  if (!ui.stdoutIsTerminal) return;
  const qr = await qrLines(link, ui.stdoutWidth, ui.colors);
  if (qr) ui.print(qr.join('\n'));
}

/** A link as a QR code: two modules a character. Undefined where the terminal is too narrow for it. */
export async function qrLines(
  link: string,
  width: number | undefined,
  colors: Colors,
): Promise<readonly string[] | undefined> {
  // Loaded when one is shown: most commands never do.
  const { renderUnicodeCompact } = await import('uqr');
  // Light modules are drawn, dark ones left out, with the margin that cameras need.
  const lines = renderUnicodeCompact(link, { border: 2 }).split('\n');
  if (width !== undefined && (lines[0]?.length ?? 0) > width) return undefined;
  // On a light terminal the drawing would be the wrong way round.
  return lines.map((line) => colors.bgBlack(colors.whiteBright(line)));
}
