import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** The image under test. */
export const image = process.env['CLAWDEN_TEST_IMAGE'] ?? 'clawden-runtime:local';

/** The same with OpenClaw's plugins for Discord and Slack in it. */
export const imageWithPlugins = process.env['CLAWDEN_TEST_IMAGE_WITH_PLUGINS'] ?? 'clawden-runtime:plugins';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly all: string;
}

/** The engine's command line; never throws, the exit code tells. */
export async function docker(args: readonly string[], input?: string): Promise<Outcome> {
  const result = await execa('docker', [...args], {
    reject: false,
    all: true,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  return { code: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr, all: result.all ?? '' };
}

/** A folder on the host that goes away with the test; any uid may write to it. */
export function scratch(): { readonly path: string; readonly [Symbol.dispose]: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'clawden-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Polls until `read` gives a value; fails with the last thing seen. */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined> | T | undefined,
  limit = 60_000,
): Promise<T> {
  const deadline = performance.now() + limit;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const value = await read();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${limit} ms${last ? ` (${String(last)})` : ''}`);
}
