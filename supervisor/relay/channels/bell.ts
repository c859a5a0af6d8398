/** Wakes all who wait for a change that they look at themselves. */
export interface Bell {
  readonly ring: () => void;
  /** Rejects when the signal comes first. */
  readonly next: (signal: AbortSignal) => Promise<void>;
}

export function createBell(): Bell {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    ring: () => {
      resolve();
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
    next: (signal) => orAborted(promise, signal),
  };
}

/** Waits for a promise; rejects with the signal's reason when that comes first. */
export async function orAborted<T>(wait: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
