import type { Engine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { mergeByTime, type Source } from './merge.ts';
import type { Printer } from './printer.ts';
import { createSeen, type Seen } from './seen.ts';
import { type TimedLine, timedLines } from './timed-lines.ts';

export interface Wanted {
  /** `--tail`, `--since` as the engine takes them. */
  readonly tail: string | undefined;
  readonly since: string | undefined;
}

/**
 * Prints what was written so far, merged by time, and returns where each log was left, by container id. `followed`: with
 * a mark also where no line was asked for or none was that young, so that reading on begins exactly here.
 */
export async function printHistory(
  engine: Engine,
  containers: readonly Container[],
  wanted: Wanted,
  printer: Printer,
  followed: boolean,
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map(containers.map(({ id }) => [id, createSeen()]));
  if (followed && (wanted.tail === '0' || wanted.since !== undefined)) {
    await Promise.all(containers.map((container) => markEnd(engine, container, seen.get(container.id))));
  }
  if (wanted.tail === '0') return seen;
  const argv = [
    ...(wanted.tail === undefined ? [] : ['--tail', wanted.tail]),
    ...(wanted.since === undefined ? [] : ['--since', wanted.since]),
  ];
  const sources = containers.map((container): Source => {
    const batches = readLog(engine, container, argv);
    return { name: container.instance, batches: remember(batches, seen.get(container.id)) };
  });
  for await (const lines of mergeByTime(sources)) await printer.print(lines);
  return seen;
}

/** A log in batches of lines. An error of the engine is thrown at its end; a container that is gone has no log. */
export async function* readLog(
  engine: Engine,
  { id, instance }: Pick<Container, 'id' | 'instance'>,
  argv: readonly string[],
  onOpen: (stop: () => void) => void = () => undefined,
): AsyncGenerator<readonly TimedLine[]> {
  const log = engine.timedLog(id, argv);
  onOpen(log.stop);
  const words: string[] = [];
  let complete = false;
  try {
    for await (const batch of timedLines(log.stream)) {
      // Lines without a time are the engine command's own words.
      words.push(...batch.filter(({ time }) => time === '').map(({ text }) => text));
      const lines = batch.filter(({ time }) => time !== '');
      if (lines.length > 0) yield lines;
    }
    complete = true;
  } finally {
    if (!complete) log.stop();
  }
  if (!(await log.done) && words.length > 0 && !isGone(words.join('\n'))) {
    throw engine.failure(`read the log of ${instance}`, words.join('\n'));
  }
}

function isGone(words: string): boolean {
  return /no such container|no container with name|marked for removal/i.test(words);
}

async function markEnd(engine: Engine, container: Container, seen: Seen | undefined): Promise<void> {
  for await (const batch of readLog(engine, container, ['--tail', '1'])) seen?.fresh(batch);
}

async function* remember(
  batches: AsyncIterable<readonly TimedLine[]>,
  seen: Seen | undefined,
): AsyncGenerator<readonly TimedLine[]> {
  for await (const batch of batches) {
    seen?.fresh(batch);
    yield batch;
  }
}
