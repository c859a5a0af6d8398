import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from './bell.ts';
import { createGate } from './gate.ts';
import type { Sender } from './sender.ts';

/** The way of one channel to its platform. */
export interface Line {
  /** Resolves with a sender and a place among those who send at once; rejects when the signal comes before that. */
  readonly enter: (signal: AbortSignal) => Promise<{ readonly sender: Sender; readonly leave: () => void }>;
  /** The platform takes nothing of this account for so many milliseconds. */
  readonly pause: (ms: number) => void;
  readonly connect: (sender: Sender) => void;
}

/** Milliseconds. Platforms ask for less; a timer takes no more than 24 days, and a number from outside may be endless. */
const LONGEST_PAUSE = 3_600_000;
/** Platforms count requests per second, so that more would not be faster. */
const AT_ONCE = 8;

export function createLine(): Line {
  const gate = createGate(AT_ONCE);
  const opened = Promise.withResolvers<void>();
  let current: Sender | undefined;
  /** By a clock that never jumps. */
  let pausedUntil = 0;

  const ready = async (signal: AbortSignal): Promise<Sender> => {
    for (;;) {
      const left = pausedUntil - performance.now();
      if (current && left <= 0) return current;
      signal.throwIfAborted();
      if (left > 0) await sleep(left, undefined, { signal });
      else await orAborted(opened.promise, signal);
    }
  };

  return {
    enter: async (signal) => {
      for (;;) {
        await ready(signal);
        const leave = await gate.enter();
        // In line it may have been told to pause.
        if (current && pausedUntil <= performance.now()) return { sender: current, leave };
        leave();
      }
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, performance.now() + Math.min(ms, LONGEST_PAUSE));
    },
    connect: (sender) => {
      current = sender;
      opened.resolve();
    },
  };
}
