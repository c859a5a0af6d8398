import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeByTime } from './merge.ts';
import { createSeen } from './seen.ts';
import type { TimedLine } from './timed-lines.ts';

const timeOf = (nanos: number): string => `2026-12-01T12:00:00.${String(nanos).padStart(9, '0')}Z`;
const line = (nanos: number, text: string): TimedLine => ({ time: timeOf(nanos), text });

async function* batched(lines: readonly TimedLine[], size: number): AsyncGenerator<readonly TimedLine[]> {
  for (let from = 0; from < lines.length; from += size) yield lines.slice(from, from + size);
}

it('several logs are one in the order of time, none loses a line', async () => {
  const log = fc.array(fc.nat(99), { maxLength: 30 }).map((times) => times.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(log, { maxLength: 4 }), fc.integer({ min: 1, max: 7 }), async (logs, size) => {
      const sources = logs.map((times, index) => ({
        name: `i${index}`,
        batches: batched(
          times.map((time, place) => line(time, `${index} ${place}`)),
          size,
        ),
      }));
      const merged = [];
      for await (const batch of mergeByTime(sources)) merged.push(...batch);
      expect(merged.map(({ time }) => time)).toEqual(
        logs
          .flat()
          .sort((a, b) => a - b)
          .map(timeOf),
      );
      for (const [index, times] of logs.entries()) {
        const own = merged.filter(({ name }) => name === `i${index}`).map(({ text }) => text);
        expect(own).toEqual(times.map((_, place) => `${index} ${place}`));
      }
    }),
  );
});

/** As the engine answers `--since`: lines from that time on, in the order they were written. */
function reread(lines: readonly TimedLine[], since: string | undefined): readonly TimedLine[] {
  // Its own comparison is by nanoseconds; the texts differ in length.
  const from = since?.replace(/(\.\d{3})Z$/, '$1000000Z') ?? '';
  return lines.filter(({ time }) => time >= from);
}

it('a log that is read on has every line once, whatever was written when, also neighbours out of order', () => {
  const step = fc.record({
    gap: fc.nat(120_000_000),
    jitter: fc.nat(40_000_000),
    text: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.array(fc.nat(12), { maxLength: 4 }), (steps, stops) => {
      let clock = 0;
      const lines = steps.map(({ gap, jitter, text }) => {
        clock = Math.min(clock + gap, 900_000_000);
        return line(clock + jitter, text);
      });
      const seen = createSeen();
      const read: TimedLine[] = [];
      for (const stop of [...stops.sort((a, b) => a - b), lines.length]) {
        seen.reopened();
        read.push(...seen.fresh(reread(lines.slice(0, stop), seen.since())));
      }
      expect(read).toEqual(lines);
    }),
  );
});

it('a line that was cut by the end of its container is not said again with the next start', () => {
  const seen = createSeen();
  seen.fresh([line(1, 'whole'), { ...line(2, 'cut'), open: true }]);
  seen.reopened();
  const next = [line(1, 'whole'), line(2, `cut${timeOf(5)} begun`), line(6, 'more')];
  expect(seen.fresh(next)).toEqual([line(5, 'begun'), line(6, 'more')]);
});
