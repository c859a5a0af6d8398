import { StringDecoder } from 'node:string_decoder';

export interface Line {
  /** Without its line end. */
  readonly text: string;
  /** This piece goes on where the piece before it was cut at the size cap. */
  readonly continued: boolean;
}

/** A filter over text that may hold back what it cannot judge yet, such as a mask. */
export interface TextFilter {
  push(text: string): string;
  end(): string;
}

export interface LinesOptions {
  readonly onLine: (line: Line) => void;
  /** Longest piece in characters; longer lines are cut, so memory stays bounded without any newline. */
  readonly cap?: number;
  /** Runs before the split, since what it looks for may span lines and chunks. */
  readonly filter?: TextFilter;
}

export interface Lines {
  push(chunk: Uint8Array): void;
  /** Gives out a last line that has no end. */
  end(): void;
}

const DEFAULT_CAP = 64 * 1024;

/**
 * Bytes to lines. `\n` and `\r\n` end a line; a lone `\r` (progress bars) and NUL stay as they are; bytes that are
 * no UTF-8 become U+FFFD, also when a character is cut by a chunk border.
 */
export function createLines(options: LinesOptions): Lines {
  const { onLine, cap = DEFAULT_CAP, filter } = options;
  if (cap < 2) throw new RangeError('a line must have room for two characters');
  const decoder = new StringDecoder('utf8'); // five times the speed of TextDecoder on plain ASCII chunks
  let rest = '';
  let continued = false;

  return {
    push(chunk) {
      const text = decoder.write(chunk as Buffer);
      split(filter === undefined ? text : filter.push(text));
    },
    end() {
      const text = decoder.end();
      split(filter === undefined ? text : filter.push(text) + filter.end());
      if (rest !== '') emit(rest);
      rest = '';
      continued = false;
    },
  };

  function split(text: string): void {
    let from = 0;
    for (;;) {
      const newline = text.indexOf('\n', from);
      if (newline < 0) break;
      const line = rest === '' ? text.slice(from, newline) : rest + text.slice(from, newline);
      rest = '';
      emit(line.endsWith('\r') ? line.slice(0, -1) : line);
      continued = false;
      from = newline + 1;
    }
    if (from < text.length) rest = cut(rest + text.slice(from));
  }

  function emit(line: string): void {
    const tail = line.length > cap ? cut(line) : line;
    // only the \r of a line end was left of a line that filled its pieces exactly
    if (tail !== '' || !continued) onLine({ text: tail, continued });
  }

  /** Gives out full pieces of an unfinished line and returns what is left of it, at most `cap` characters. */
  function cut(line: string): string {
    let at = 0;
    while (line.length - at > cap) {
      let end = at + cap;
      const last = line.charCodeAt(end - 1);
      if (last >= 0xd800 && last <= 0xdbff) end -= 1; // the first half of a surrogate pair stays with the second
      onLine({ text: line.slice(at, end), continued });
      continued = true;
      at = end;
    }
    return at === 0 ? line : line.slice(at);
  }
}
