/** A line of a container's log; `time` is as the engine wrote it, '' for words of the engine's command itself. */
export interface TimedLine {
  readonly time: string;
  readonly text: string;
  /** The stream ended before the line did. */
  readonly open?: true;
}

/** The size of the pieces, in bytes, that the engine cuts lines into; it writes the time before each of them. */
const PIECE = 16 * 1024;
const NEWLINE = 10;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)$/;

/** Lines of `logs --timestamps`, in batches as they come. */
export async function* timedLines(chunks: AsyncIterable<unknown>): AsyncGenerator<readonly TimedLine[]> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const bytes = chunk as Buffer;
    const batch: TimedLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      batch.push(lineOf(Buffer.concat([...rest, bytes.subarray(from, end)])));
      rest = [];
      from = end + 1;
    }
    if (from < bytes.length) rest.push(bytes.subarray(from));
    if (batch.length > 0) yield batch;
  }
  if (rest.length > 0) yield [{ ...lineOf(Buffer.concat(rest)), open: true }];
}

function lineOf(bytes: Buffer): TimedLine {
  const space = bytes.indexOf(' ');
  const time = bytes.toString('latin1', 0, space < 0 ? bytes.length : space);
  if (!TIME.test(time)) return { time: '', text: bytes.toString() };
  return { time, text: joined(bytes.subarray(time.length + 1), `${time} `).toString() };
}

/** The pieces of a long line without the times between them. */
function joined(content: Buffer, time: string): Buffer {
  if (content.length <= PIECE) return content;
  const pieces: Buffer[] = [];
  let from = 0;
  for (;;) {
    const end = from + PIECE;
    if (content.toString('latin1', end, end + time.length) !== time) break;
    pieces.push(content.subarray(from, end));
    from = end + time.length;
  }
  return Buffer.concat([...pieces, content.subarray(from)]);
}
