import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes read of each file: an error is a few lines, a panic with all its threads some tens of kilobytes. */
const limit = 64 * 1024;
/** A panic names its reason first and where it was last; a refused start says one line. */
const kept = { first: 8, last: 12 };

/** What a runtime wrote about its end to files of its own. Missing ones say nothing; nothing here throws. */
export function readFailureFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const lines = read(path)
      .split('\n')
      .filter((line) => line.trim() !== '');
    if (lines.length <= kept.first + kept.last) return lines;
    return [...lines.slice(0, kept.first), '…', ...lines.slice(-kept.last)];
  });
}

function read(path: string): string {
  try {
    // A planted link must not turn a post-mortem into a copy of another file, nor a fifo stop PID 1.
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!fstatSync(handle).isFile()) return '';
      const buffer = Buffer.alloc(limit);
      return buffer.toString('utf8', 0, readSync(handle, buffer, 0, limit, 0));
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}
