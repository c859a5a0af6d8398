import type { Log } from '../log.ts';

/** Counts messages of people who may not talk. They cost a number each, and a line of the log a minute at most. */
export interface Strangers {
  readonly add: () => void;
}

const EVERY = 60_000;

export function countStrangers(channel: string, log: Log): Strangers {
  let count = 0;
  return {
    add: () => {
      count += 1;
      if (count > 1) return;
      setTimeout(() => {
        log('info', 'messages of people who may not talk were ignored', { channel, count });
        count = 0;
      }, EVERY);
    },
  };
}
