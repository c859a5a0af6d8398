import type { Clock } from './ports.ts';

/** The real clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (delay, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delay);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
