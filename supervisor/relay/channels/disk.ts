import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFailed } from './store/database.ts';

/** Whether the store can be written, as its users find out. */
export interface Disk {
  /** One try. Throws `StoreFailed`. */
  readonly now: <T>(work: () => T) => T;
  /** Tries until it is done. Rejects when the signal comes first. */
  readonly persist: <T>(work: () => T, signal: AbortSignal) => Promise<T>;
}

const AGAIN_AFTER = 2_000;

/**
 * `changed` gets the reason when it cannot be written, and null when it can again, which `probe` finds out where nobody
 * else writes.
 */
export function createDisk(changed: (trouble: string | null) => void, probe: () => void): Disk {
  let broken = false;
  const lookAgain = (): void => {
    if (!broken) return;
    try {
      now(probe);
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      setTimeout(lookAgain, AGAIN_AFTER).unref();
    }
  };
  const now = <T>(work: () => T): T => {
    try {
      const result = work();
      if (broken) changed(null);
      broken = false;
      return result;
    } catch (error) {
      if (error instanceof StoreFailed && !broken) {
        broken = true;
        changed(error.message);
        setTimeout(lookAgain, AGAIN_AFTER).unref();
      }
      throw error;
    }
  };
  return {
    now,
    persist: async (work, signal) => {
      for (;;) {
        try {
          return now(work);
        } catch (error) {
          if (!(error instanceof StoreFailed)) throw error;
          await sleep(AGAIN_AFTER, undefined, { signal });
        }
      }
    },
  };
}
