export interface AwaitedLines {
  /** One whole line. */
  readonly read: (text: string) => void;
  /** Resolves at the first line from now on that matches. */
  readonly says: (pattern: RegExp) => Promise<void>;
}

/** Lets others wait for a line of an output that is read anyway. */
export function awaitedLines(): AwaitedLines {
  const waiting = new Map<RegExp, PromiseWithResolvers<void>>();
  return {
    read(text) {
      for (const [pattern, { resolve }] of waiting) if (pattern.test(text)) resolve();
    },
    says(pattern) {
      const met = waiting.get(pattern) ?? Promise.withResolvers<void>();
      waiting.set(pattern, met);
      return met.promise;
    },
  };
}
