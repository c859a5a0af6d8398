import type { TimedLine } from './timed-lines.ts';

export interface NamedLine extends TimedLine {
  readonly name: string;
}

export interface Source {
  readonly name: string;
  readonly batches: AsyncIterable<readonly TimedLine[]>;
}

/** Lines of several logs in the order of their times; within one log its own order stays. Holds a batch of each. */
export async function* mergeByTime(sources: readonly Source[]): AsyncGenerator<readonly NamedLine[]> {
  let cursors = await Promise.all(sources.map(({ name, batches }) => advance(name, iterate(batches))));
  while (cursors.some((cursor) => cursor.batch.length > 0)) {
    const merged: NamedLine[] = [];
    const live = cursors.filter((cursor) => cursor.batch.length > 0);
    // Until one of them has to be asked for more.
    while (live.every((cursor) => cursor.place < cursor.batch.length)) {
      const first = live.reduce((least, cursor) => (timeOf(cursor) < timeOf(least) ? cursor : least));
      const line = first.batch[first.place];
      first.place += 1;
      if (line) merged.push({ ...line, name: first.name });
    }
    yield merged;
    cursors = await Promise.all(
      live.map((cursor) =>
        cursor.place < cursor.batch.length ? cursor : advance(cursor.name, cursor.iterator),
      ),
    );
  }
}

interface Cursor {
  readonly name: string;
  readonly iterator: AsyncIterator<readonly TimedLine[]>;
  /** Empty at the end of the log. */
  readonly batch: readonly TimedLine[];
  place: number;
}

async function advance(name: string, iterator: AsyncIterator<readonly TimedLine[]>): Promise<Cursor> {
  const next = await iterator.next();
  return { name, iterator, batch: next.done ? [] : next.value, place: 0 };
}

function iterate<T>(values: AsyncIterable<T>): AsyncIterator<T> {
  return values[Symbol.asyncIterator]();
}

function timeOf({ batch, place }: Cursor): string {
  return batch[place]?.time ?? '';
}
