import type { Log } from './log.ts';

/** More of them within a minute than this, and something is broken that only a new process mends. */
const MOST = 20;
const WINDOW = 60_000;

/**
 * Keeps this process alive over an error that nobody caught: it is the model door of an agent in the middle of its work,
 * and what broke was one message or one connection. `broken` when they do not end.
 */
export function surviveUncaught(log: Log, broken: () => void): void {
  const times: number[] = [];
  // Unhandled rejections come this way too.
  process.on('uncaughtException', (error) => {
    log('error', 'an error that nobody caught; this is a bug of clawden', traceOf(error));
    const now = performance.now();
    times.push(now);
    while (now - (times[0] ?? now) > WINDOW) times.shift();
    if (times.length > MOST) broken();
  });
}

/** What may be said of any error: its kind and where it came from. Its own words may hold a secret or somebody's text. */
export function traceOf(error: unknown): { readonly error: string; readonly at: string } {
  const { name, stack } = Object(error);
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const at = lines.filter((line) => /^ {4}at /.test(line)).slice(0, 4);
  return {
    error: typeof name === 'string' ? name : typeof error,
    at: at.map((line) => line.trim()).join(', '),
  };
}
