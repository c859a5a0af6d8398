import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. A timer that is told to wait for more than 24 days does not wait at all. */
export const LONGEST_PAUSE = 3_600_000;

/** Resolves after so many milliseconds, an hour at most, or early and without an error when the signal says so. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(ms, LONGEST_PAUSE), undefined, { signal }).catch(() => undefined);
}

/** Milliseconds before the n-th try in a row: twice as many each time, with a fifth of jitter. */
export function backoff(first: number, most: number, tries: number): number {
  return Math.min(most, first * 2 ** Math.max(0, tries - 1)) * (0.8 + 0.4 * Math.random());
}
