/** Keeps the last things that were said, within a number of lines and of characters, for post-mortems. */
export interface Ring<T extends { readonly text: string }> {
  add(line: T): void;
  /** Oldest first. */
  last(): T[];
}

export function createRing<T extends { readonly text: string }>(
  maxLines = 200,
  maxChars = 256 * 1024,
): Ring<T> {
  let lines: T[] = [];
  let head = 0;
  let chars = 0;
  return {
    add(line) {
      lines.push(line);
      chars += line.text.length;
      while (lines.length - head > maxLines || (chars > maxChars && lines.length - head > 1)) {
        chars -= lines[head]?.text.length ?? 0;
        head += 1;
      }
      if (head > maxLines) {
        lines = lines.slice(head); // shifting one by one would cost the whole array for every line
        head = 0;
      }
    },
    last: () => lines.slice(head),
  };
}
