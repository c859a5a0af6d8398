import type { Clock } from './ports.ts';

/** Time that moves only when a test says so. */
export function fakeClock(): Clock & { readonly advance: (by: number) => Promise<void> } {
  let now = 0;
  let waiting: { at: number; wake: () => void }[] = [];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (delay, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        waiting.push({ at: now + delay, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    async advance(by) {
      const end = now + by;
      for (;;) {
        await settle();
        const due = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        waiting = waiting.filter((entry) => entry !== due);
        now = Math.max(now, due.at);
        due.wake();
      }
      now = end;
      await settle();
    },
  };
}
