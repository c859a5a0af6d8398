import { execa } from 'execa';
import type { Finished } from './engine.ts';

export interface Answer extends Finished {
  /** It gave no answer within the limit. */
  readonly late: boolean;
}

export interface QueryOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly limit: number;
  readonly directory?: string;
}

/** Runs a command without our terminal and takes what it prints. Never throws; ends it, with all it started, in time. */
export async function query(binary: string, argv: readonly string[], options: QueryOptions): Promise<Answer> {
  let late = false;
  const child = execa(binary, argv, {
    reject: false,
    stdin: 'ignore',
    // A group of its own: Ctrl-C is for us to answer, and what is late is ended as a whole.
    detached: true,
    extendEnv: false,
    env: options.environment,
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
  });
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, options.limit);
  const { exitCode, stdout, stderr } = await child;
  clearTimeout(timer);
  return { ok: exitCode === 0, stdout: stdout ?? '', stderr: stderr ?? '', late };
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}
