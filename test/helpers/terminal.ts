import { execFileSync, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { until } from './docker.ts';

/** Says whether this machine can give a command a terminal of its own; needs Python 3, as node has no such call. */
export function hasTerminals(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pty, termios'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Terminal {
  readonly type: (keys: string) => void;
  /** Everything shown so far. */
  readonly screen: () => string;
  /** Waits until `what` stands in what was shown since the last such call that found something. */
  readonly shows: (what: string | RegExp, limit?: number) => Promise<string>;
  readonly resize: (rows: number, columns: number) => void;
  /** What a shell would put into `$?`. */
  readonly ended: Promise<number>;
  readonly [Symbol.dispose]: () => void;
}

export const ctrl = { c: '\x03', backslash: '\x1c', z: '\x1a', d: '\x04' } as const;

/** Starts a command on a terminal of its own. */
export function openTerminal(argv: readonly string[], rows = 24, columns = 80): Terminal {
  const script = fileURLToPath(new URL('terminal.py', import.meta.url));
  const child = spawn('python3', [script, String(rows), String(columns), ...argv], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  const control = child.stdio[3] as Writable;
  let screen = '';
  let read = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  child.stdin?.on('error', () => {});
  control.on('error', () => {});
  return {
    type: (keys) => void child.stdin?.write(keys),
    screen: () => screen,
    shows: async (what, limit = 30_000) => {
      const find = (): RegExpExecArray | undefined => {
        const pattern = typeof what === 'string' ? new RegExp(what.replace(/[^\w ]/g, '\\$&')) : what;
        return pattern.exec(screen.slice(read)) ?? undefined;
      };
      try {
        const found = await until(`"${what}" on the terminal`, find, limit);
        read += found.index + found[0].length;
        return found[0];
      } catch (error) {
        throw new Error(`${String(error)}; it shows:\n${screen}`);
      }
    },
    resize: (height, width) => void control.write(`${height} ${width}\n`),
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code ?? -1))),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}
