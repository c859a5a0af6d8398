import { TOLERANCE } from './signature.ts';

/** More are remembered by the store; a clock that was set back must not make this grow without an end. */
const MOST = 10_000;

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
    add: (mark, now) => {
      until.set(mark, now + 2 * TOLERANCE + 1);
      const [oldest] = until.keys();
      if (until.size > MOST && oldest !== undefined) until.delete(oldest);
    },
  };
}
