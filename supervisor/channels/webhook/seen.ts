import { TOLERANCE } from './signature.ts';

/** Signed requests that were taken, for as long as their signature would be good once more. */
export interface Seen {
  readonly before: (mark: string, seconds: number) => boolean;
  readonly add: (mark: string, seconds: number) => void;
}

export function createSeen(): Seen {
  /** In the order of their arrival. */
  const until = new Map<string, number>();
  return {
    before: (mark, now) => {
      for (const [old, end] of until) {
        if (end > now) break;
        until.delete(old);
      }
      return until.has(mark);
    },
    // Its time may lie ahead of our clock.
    add: (mark, now) => void until.set(mark, now + 2 * TOLERANCE + 1),
  };
}
