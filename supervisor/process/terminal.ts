import { isatty } from 'node:tty';

/** Keys that the terminal turns into a signal for the whole foreground group: the child is meant, not us. */
const KEYS = ['SIGINT', 'SIGQUIT', 'SIGTSTP'] as const;
/** What the kernel sends to the foreground group by itself, so that a child there has it before we could pass it on. */
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set([...KEYS, 'SIGWINCH']);

/** How to start a child so that a person at a terminal talks to it, with job control (measured with bash under -it). */
export interface Foreground {
  readonly start: { readonly stdin: 'inherit'; readonly detached: false };
  /** From now on Ctrl-C, Ctrl-\ and Ctrl-Z do nothing to us; call the result when the child has ended. */
  yieldKeys(): () => void;
  /** Whether the child gets this one from the terminal; from us it would come a second time. */
  sends(signal: NodeJS.Signals): boolean;
}

/**
 * The foreground if stdin is a terminal, else null. The child inherits stdio and stays in our session: with a session
 * of its own it has no controlling terminal, no job control, and Ctrl-C goes nowhere. Signal its pid, not its group.
 */
export function foreground(fd = 0): Foreground | null {
  if (!isatty(fd)) return null;
  return {
    start: { stdin: 'inherit', detached: false },
    sends: (signal) => FROM_TERMINAL.has(signal),
    yieldKeys() {
      const deaf = (): void => {};
      for (const key of KEYS) process.on(key, deaf);
      return () => {
        for (const key of KEYS) process.off(key, deaf);
      };
    },
  };
}
