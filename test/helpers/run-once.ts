import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { image, type Outcome } from './docker.ts';

/**
 * `docker run` in the foreground, for containers that are expected to end by themselves. What does not end is stopped
 * after `limit`, as a person would by Ctrl-C; the code is then 0 or 137, and the test says what it wanted instead.
 */
export async function runOnce(
  args: readonly string[],
  run: readonly string[] = [],
  limit = 60_000,
  from = image,
): Promise<Outcome> {
  const words = ['run', '--rm', '--label', 'io.clawden.test=1', ...run, from, ...args];
  const result = await execa('docker', words, { reject: false, all: true, stdin: 'ignore', timeout: limit });
  return { code: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr, all: result.all ?? '' };
}

/** Writes a clawden.yaml and gives the words that mount it. */
export function withFile(folder: string, text: string): string[] {
  const file = join(folder, 'clawden.yaml');
  writeFileSync(file, text);
  return ['-v', `${file}:/etc/clawden/clawden.yaml:ro`];
}
