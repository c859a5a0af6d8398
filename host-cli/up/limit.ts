/** Runs a task in its turn; `onWait` is called when that is not now. */
export type InTurn = <T>(task: () => Promise<T>, onWait: () => void) => Promise<T>;

/** Lets at most `most` of the given tasks go on at once. */
export function limited(most: number): InTurn {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (task, onWait) => {
    if (free > 0) free -= 1;
    else {
      onWait();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
