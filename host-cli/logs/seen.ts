import type { TimedLine } from './timed-lines.ts';

/** Remembers the end of what was read of a log, so that it can be read on without a lost or a doubled line. */
export interface Seen {
  /** Where to ask the engine from (`--since`); undefined while no line was seen. */
  since(): string | undefined;
  /** The lines of a batch that are new. After `since` was used, call `reopened` first. */
  fresh(batch: readonly TimedLine[]): readonly TimedLine[];
  /** The log is read again from `since`. */
  reopened(): void;
}

/**
 * Lines of stdout and stderr are stamped before they are written, so that neighbours may be out of order by a little:
 * this many milliseconds before the last line are asked for again, and told apart by time and text.
 */
const OVERLAP = 50;

export function createSeen(): Seen {
  let last: string | undefined;
  let recent: TimedLine[] = [];
  /** How often each line of the overlap is still to come again; undefined once it has passed. */
  let again: Map<string, number> | undefined;

  /** Milliseconds since 1970. */
  const floor = (): number => (last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last) - OVERLAP);

  const isAgain = (line: TimedLine): boolean => {
    const count = again?.get(key(line)) ?? 0;
    if (count > 0) again?.set(key(line), count - 1);
    return count > 0;
  };

  /** A line that had no end when its container ended is followed, without one, by the first line of the next start. */
  const continued = (line: TimedLine): TimedLine => {
    const begun = recent.find(({ open, time, text }) => open && time === line.time && text !== line.text);
    if (!again || !begun || !line.text.startsWith(begun.text)) return line;
    const rest = line.text.slice(begun.text.length);
    const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\S{1,6}) /.exec(rest);
    return stamp?.[1]
      ? { ...line, time: stamp[1], text: rest.slice(stamp[0].length) }
      : { ...line, text: rest };
  };

  return {
    since: () => (last === undefined ? undefined : new Date(floor()).toISOString()),
    reopened: () => {
      again = new Map();
      for (const line of recent) again.set(key(line), (again.get(key(line)) ?? 0) + 1);
    },
    fresh: (batch) => {
      const lines = batch.filter((line) => !isAgain(line)).map(continued);
      for (const { time } of lines) if (last === undefined || time > last) last = time;
      const least = floor();
      recent = [...recent, ...lines].filter(({ time }) => Date.parse(time) >= least);
      return lines;
    },
  };
}

function key({ time, text }: TimedLine): string {
  return `${time} ${text}`;
}
