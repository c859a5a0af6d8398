import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TimedLine, timedLines } from './timed-lines.ts';

const time = '2026-12-01T12:00:00.000000001Z';

async function read(bytes: Uint8Array, cuts: readonly number[] = []): Promise<TimedLine[]> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const [index, from] of [0, ...places].entries()) {
      yield Buffer.from(bytes.subarray(from, places[index] ?? bytes.length));
    }
  }
  const lines: TimedLine[] = [];
  for await (const batch of timedLines(chunks())) lines.push(...batch);
  return lines;
}

/** As the engine writes it: the time again before every 16 KiB of a long line. */
function engineLine(text: string): Buffer {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += 16_384) {
    pieces.push(Buffer.from(`${time} `), bytes.subarray(from, from + 16_384));
  }
  return Buffer.concat([...pieces, Buffer.from('\n')]);
}

describe('lines with the engine’s times', () => {
  it('are the same however the bytes come, whatever they hold', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((each) => each.replaceAll('\n', '\r'));
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.array(fc.nat(), { maxLength: 6 }), async (texts, cuts) => {
        const bytes = Buffer.concat(texts.map(engineLine));
        const expected = texts.map((each) => ({ time, text: Buffer.from(each).toString() }));
        expect(await read(bytes, cuts)).toEqual(expected);
      }),
    );
  });

  it.each([16_383, 16_384, 16_385, 32_768, 100_001])('are whole at %i bytes', async (length) => {
    const text = `${'é'.repeat(length / 2)}${'x'.repeat(length % 2)}`;
    expect(await read(engineLine(text), [5, 9000, 20_000])).toEqual([{ time, text }]);
  });

  it('keep a time that the text itself holds', async () => {
    const text = `${'x'.repeat(20_000)}${time} y`;
    expect(await read(engineLine(text))).toEqual([{ time, text }]);
  });

  it('tell a line without an end, and words of the engine’s command', async () => {
    expect(await read(Buffer.from(`${time} whole\nError: no such thing\n${time} half`))).toEqual([
      { time, text: 'whole' },
      { time: '', text: 'Error: no such thing' },
      { time, text: 'half', open: true },
    ]);
  });

  it('may have the times of another zone', async () => {
    const other = '2026-12-01T13:00:00.000000001+01:00';
    expect(await read(Buffer.from(`${other} x\n`))).toEqual([{ time: other, text: 'x' }]);
  });
});
