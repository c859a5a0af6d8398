import { LONGEST_PAUSE } from '../pause.ts';

/** Milliseconds. */
export interface Pauses {
  /** How long Telegram may hold a poll open. */
  readonly poll: number;
  /** How much longer its answer may take before the connection counts as dead. */
  readonly slack: number;
  /** Before a message is asked for again that could not be kept. */
  readonly refused: number;
  /** For the rest of an album. */
  readonly album: number;
  /** After so many failures in a row. */
  readonly network: (failures: number) => number;
  readonly conflict: (conflicts: number) => number;
  readonly rejected: number;
}

export const usualPauses: Pauses = {
  poll: 30_000,
  slack: 15_000,
  refused: 3_000,
  album: 500,
  network: (failures) => Math.min(60_000, 1_000 * 2 ** (failures - 1)) * (0.8 + 0.4 * Math.random()),
  // Each of our polls ends one of the other program's, which is no way to find out which of the two was meant.
  conflict: (conflicts) => Math.min(300_000, 30_000 * 2 ** (conflicts - 1)),
  rejected: 300_000,
};

/** Resolves after so many milliseconds, an hour at most, or early, and without an error, when the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, LONGEST_PAUSE));
    signal.addEventListener('abort', end);
  });
}
