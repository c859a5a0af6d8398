export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** One line about what happened. Never the text of a message, never a secret. */
export type Log = (level: LogLevel, msg: string, fields?: Readonly<Record<string, unknown>>) => void;

/** JSON lines as PID 1 expects them on the relay's standard output. */
export function createLog(write: (line: string) => void, now: () => Date): Log {
  return (level, msg, fields = {}) => {
    const line = { time: now().toISOString(), level, component: 'relay', msg, ...fields };
    write(`${JSON.stringify(line)}\n`);
  };
}
