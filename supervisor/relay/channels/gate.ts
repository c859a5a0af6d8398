/** Lets a number of users in at once; the others wait in line. */
export interface Gate {
  /** Resolves with what lets the next one in. */
  readonly enter: () => Promise<() => void>;
}

export function createGate(limit: number): Gate {
  let inside = 0;
  const line: (() => void)[] = [];
  const leave = (): void => {
    const next = line.shift();
    if (next) next();
    else inside -= 1;
  };
  return {
    enter: async () => {
      if (inside < limit) inside += 1;
      else await new Promise<void>((resolve) => line.push(resolve));
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
}
