import { execa } from 'execa';
import type { Finished } from './engine.ts';

export interface Answer extends Finished {
  /** It gave no answer within the limit. */
  readonly late: boolean;
}

/** Runs a command without our terminal and takes what it prints; never throws, and ends it after `limit` milliseconds. */
export async function query(
  binary: string,
  argv: readonly string[],
  options: { readonly environment: NodeJS.ProcessEnv; readonly limit: number; readonly directory?: string },
): Promise<Answer> {
  const result = await execa(binary, argv, {
    reject: false,
    stdin: 'ignore',
    // Ctrl-C reaches the whole terminal group; what it ends is for us to say.
    detached: true,
    extendEnv: false,
    env: options.environment,
    timeout: options.limit,
    killSignal: 'SIGKILL',
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
  });
  const { stdout = '', stderr = '' } = result;
  return { ok: result.exitCode === 0, stdout, stderr, late: result.timedOut };
}
