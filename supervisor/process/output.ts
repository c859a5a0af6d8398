import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

export interface OutputOptions {
  /** Bytes kept while nobody reads. */
  readonly limit?: number;
  /** Milliseconds that writers may be asked to wait for a slow reader. */
  readonly patience?: number;
  /** The text, with its line end, that stands where lines are missing. */
  readonly droppedNotice?: (lines: number) => string;
}

export interface Output {
  /** One line or more, with line ends. Never blocks and never throws. */
  write(text: string): void;
  /** True once all has been handed to the kernel, false when `ms` were not enough. */
  drain(ms: number): Promise<boolean>;
  /**
   * Null while there is room. Else a promise to wait for before more is made: it settles when the reader has caught
   * up, and after `patience` ms anyway; a reader that stands still costs its writers that long once, not each time.
   */
  relief(): Promise<void> | null;
  /** Bytes that wait for the reader. */
  readonly pending: number;
  /** Lines lost so far. */
  readonly dropped: number;
  close(): void;
}

const DEFAULT_LIMIT = 4 * 1024 * 1024;
/** A burst of 60 MB/s overruns a log driver that is well; holding the writer for a moment loses nothing. */
const DEFAULT_PATIENCE_MS = 2000;
const RETRY_MIN_MS = 1;
const RETRY_MAX_MS = 50;

/**
 * Writes to stdout or stderr without ever waiting for the reader. A container's log pipe holds 64 KiB; when the engine
 * stops reading, a blocking write would freeze PID 1 with its health checks and its signals, and `process.stdout`
 * keeps all without bound (Node 24, measured: 222 MB resident for 30 MB of lines). Texts of one turn go out as one write.
 */
export function openOutput(fd: number, options: OutputOptions = {}): Output {
  const { limit = DEFAULT_LIMIT, patience = DEFAULT_PATIENCE_MS, droppedNotice = defaultNotice } = options;
  const target = nonBlocking(fd);
  let texts: string[] = [];
  let textBytes = 0;
  let current: Buffer = EMPTY;
  let dropped = 0;
  let unsaid = 0;
  let gone = false;
  let flushing = false;
  let retry = RETRY_MIN_MS;
  let timer: NodeJS.Timeout | undefined;
  let waiting: { promise: Promise<void>; settle: () => void } | undefined;
  let patienceOver = false;
  const pending = (): number => current.length + textBytes;
  process.on('exit', flush); // the last line of an uncaught error is still in this turn's batch

  return {
    write(text) {
      const bytes = Buffer.byteLength(text);
      // after the first loss all is dropped until the loss has been said, else lines would be missing unmarked
      if (gone || unsaid > 0 || pending() + bytes > limit) {
        const lines = countLines(text);
        dropped += lines;
        unsaid += lines;
        return;
      }
      queue(text, bytes);
    },
    relief() {
      if (gone || patienceOver || pending() < limit / 2) return null;
      waiting ??= wait();
      return waiting.promise;
    },
    async drain(ms) {
      const deadline = performance.now() + ms;
      for (;;) {
        flush();
        if (pending() === 0) return !gone;
        if (performance.now() >= deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MIN_MS * 5));
      }
    },
    get pending() {
      return pending();
    },
    get dropped() {
      return dropped;
    },
    close() {
      flush();
      gone = true;
      waiting?.settle();
      clearTimeout(timer);
      process.off('exit', flush);
      target.close();
    },
  };

  function queue(text: string, bytes: number): void {
    texts.push(text);
    textBytes += bytes;
    if (flushing) return;
    flushing = true;
    queueMicrotask(flush);
  }

  function flush(): void {
    flushing = false;
    while (!gone) {
      if (current.length === 0) {
        if (unsaid > 0 && textBytes === 0) sayDropped();
        if (textBytes === 0) return;
        current = Buffer.from(texts.join(''));
        texts = [];
        textBytes = 0;
      }
      try {
        current = current.subarray(writeSync(target.fd, current, 0, current.length));
        retry = RETRY_MIN_MS;
        if (pending() < limit / 4) caughtUp();
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : '';
        if (code === 'EINTR') continue;
        if (code === 'EAGAIN') return later();
        lose(); // EPIPE, EIO, ENOSPC: there is no place left to say it
      }
    }
  }

  function wait(): { promise: Promise<void>; settle: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limitOfPatience = setTimeout(() => {
      patienceOver = true;
      waiting?.settle();
    }, patience);
    const settle = (): void => {
      clearTimeout(limitOfPatience);
      waiting = undefined;
      resolve();
    };
    return { promise, settle };
  }

  function caughtUp(): void {
    patienceOver = false;
    waiting?.settle();
  }

  function sayDropped(): void {
    const notice = droppedNotice(unsaid);
    unsaid = 0;
    texts.push(notice);
    textBytes += Buffer.byteLength(notice);
  }

  /** A pipe cannot be polled for room through node:fs, so it is tried again, less and less often up to 20 times a second. */
  function later(): void {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      flush();
    }, retry).unref();
    retry = Math.min(retry * 2, RETRY_MAX_MS);
  }

  function lose(): void {
    dropped +=
      countLines(current.toString('latin1')) + texts.reduce((sum, text) => sum + countLines(text), 0);
    gone = true;
    waiting?.settle();
    current = EMPTY;
    texts = [];
    textBytes = 0;
  }
}

const EMPTY = Buffer.alloc(0);

/**
 * O_NONBLOCK belongs to the open file description, which stdout shares with whoever started us. Opening it anew through
 * /proc gives a description of our own. A regular file never makes anybody wait, and opened anew it would be written
 * from its start.
 */
function nonBlocking(fd: number): { fd: number; close(): void } {
  if (fstatSync(fd).isFile()) return { fd, close: () => {} };
  try {
    const own = openSync(
      `/proc/self/fd/${fd}`,
      constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
    return { fd: own, close: () => closeSync(own) };
  } catch {
    return sharedNonBlocking(fd);
  }
}

/**
 * A socket cannot be opened anew (ENXIO), nor can another user's pipe (EACCES: old engines do not hand stdout
 * over to the container's user). libuv makes the descriptor non-blocking when it takes it; it never writes here.
 */
function sharedNonBlocking(fd: number): { fd: number; close(): void } {
  try {
    const holder = new Socket({ fd, readable: false, writable: true });
    holder.on('error', () => {});
    holder.unref();
    holders.push(holder); // collected as garbage it would close stdout
    return { fd, close: () => {} };
  } catch {
    return { fd, close: () => {} }; // a terminal of another user: writes as a terminal does
  }
}

const holders: Socket[] = [];

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return text === '' || text.endsWith('\n') ? lines : lines + 1;
}

function defaultNotice(lines: number): string {
  return `${lines} lines are missing here: nobody read the log\n`;
}
