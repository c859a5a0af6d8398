import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after so many milliseconds, or early and without an error when the signal says so. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Milliseconds before the n-th try in a row: twice as many each time, with a fifth of jitter. */
export function backoff(first: number, most: number, tries: number): number {
  return Math.min(most, first * 2 ** Math.max(0, tries - 1)) * (0.8 + 0.4 * Math.random());
}
