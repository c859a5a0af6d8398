/** One line of a stream, as the process layer cuts it. */
export interface StreamLine {
  readonly stream: string;
  readonly text: string;
  readonly continued: boolean;
}

/**
 * Says whether a line may be logged. A runtime that prints texts of conversations whatever its log level is told by
 * patterns in its descriptor; the later pieces of a long line share the fate of the first.
 */
export function quietFilter(...patterns: readonly (RegExp | undefined)[]): (line: StreamLine) => boolean {
  const held = new Map<string, boolean>();
  return ({ stream, text, continued }) => {
    const hidden = continued ? (held.get(stream) ?? false) : patterns.some((pattern) => pattern?.test(text));
    held.set(stream, hidden);
    return !hidden;
  };
}
