import { pino } from 'pino';
import type { Log } from '../supervise/ports.ts';

export interface LogOptions {
  readonly level: string;
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Takes one finished line; masks and writes it without ever blocking. */
  readonly write: (line: string) => void;
}

export interface LeveledLog extends Log {
  readonly setLevel: (level: string) => void;
}

/** The supervisor's own lines: JSON `{"time","level","component","msg",…}`, or for people on a terminal. */
export function createLog({ level, pretty, write }: LogOptions): LeveledLog {
  const logger = pino(
    {
      base: { component: 'supervisor' },
      level,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(pretty ? forPeople(line) : line) },
  );
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    setLevel: (wanted) => {
      logger.level = wanted;
    },
  };
}

function forPeople(line: string): string {
  const { time, level, component, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${component}: ${msg}${rest ? `  ${rest}` : ''}\n`;
}
