import { isatty } from 'node:tty';

/** Keys that the terminal turns into a signal for the whole foreground group: the child is meant, not us. */
const KEYS = ['SIGINT', 'SIGQUIT', 'SIGTSTP'] as const;

/** How to start a child so that a person at a terminal talks to it, with job control (measured with bash under -it). */
export interface Foreground {
  readonly start: { readonly stdin: 'inherit'; readonly detached: false };
  /** From now on Ctrl-C, Ctrl-\ and Ctrl-Z do nothing to us; call the result when the child has ended. */
  yieldKeys(): () => void;
}

/**
 * The foreground if stdin is a terminal, else null. The child inherits stdio and stays in our session: with a session
 * of its own it has no controlling terminal, no job control, and Ctrl-C goes nowhere. Signal its pid, not its group.
 */
export function foreground(fd = 0): Foreground | null {
  if (!isatty(fd)) return null;
  return {
    start: { stdin: 'inherit', detached: false },
    yieldKeys() {
      const deaf = (): void => {};
      for (const key of KEYS) process.on(key, deaf);
      return () => {
        for (const key of KEYS) process.off(key, deaf);
      };
    },
  };
}
