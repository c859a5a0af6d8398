import type { Clock } from '../supervise/ports.ts';
import type { Turns } from './container.ts';

/** What the relay last said of its turns. */
export function createTurns(clock: Clock): Turns {
  let now = 0;
  let none = Promise.withResolvers<void>();
  return {
    inFlight: (count) => {
      now = count;
      if (now > 0) return;
      none.resolve();
      none = Promise.withResolvers();
    },
    idle: async (limit) => {
      if (now === 0) return;
      const over = new AbortController();
      await Promise.race([none.promise, clock.sleep(limit, over.signal)]);
      over.abort();
    },
  };
}
