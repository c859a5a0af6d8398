import { orAborted } from './channels/bell.ts';

/** One holder at a time per key, in the order of arrival. */
export interface Queue {
  /** Resolves when it is the caller's turn, with what ends it. Rejects when the signal comes first. */
  readonly enter: (key: string, signal: AbortSignal) => Promise<() => void>;
}

export function createQueue(): Queue {
  const tails = new Map<string, Promise<void>>();
  return {
    enter: async (key, signal) => {
      signal.throwIfAborted();
      const before = tails.get(key);
      const { promise: over, resolve: leave } = Promise.withResolvers<void>();
      // Who comes next waits for all who came before, also for those who gave up waiting.
      const tail = Promise.all([before, over]).then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      tails.set(key, tail);
      if (!before) return leave;
      try {
        await orAborted(before, signal);
        return leave;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
