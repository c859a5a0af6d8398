import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'clawden-beside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs two shell scripts as `npm test` does its two suites; the group of processes is its own, as a terminal's job is. */
function both(first: string, second: string): { readonly child: ChildProcess; readonly seen: () => string } {
  const program = `
    import { spawn } from 'node:child_process';
    import { sideBySide } from ${JSON.stringify(new URL('side-by-side.mjs', import.meta.url).href)};
    const run = (script) => (stdio) => new Promise((resolve) =>
      spawn('sh', ['-c', script], { stdio }).on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1))));
    process.on('SIGINT', () => {});
    const [first, second, log] = ${JSON.stringify([first, second, join(folder, 'log')])};
    process.exit(await sideBySide(run(first), run(second), log));`;
  const words = ['--input-type=module', '-e', program];
  const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let seen = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      seen += String(chunk);
    });
  return { child, seen: () => seen };
}

it('shows the one as it goes and the other in one piece at its end, and fails when either fails', async () => {
  const { child, seen } = both(
    'echo one; exit 3',
    'echo two; sleep 0.5; echo three >&2; sleep 0.5; echo four',
  );
  await expect.poll(seen).toBe('one\n');
  expect(await once(child, 'close')).toEqual([3, null]);
  expect(seen()).toBe('one\n\ntwo\nthree\nfour\n\n');
  const other = both('sleep 0.3; echo one', 'echo two; exit 4').child;
  expect(await once(other, 'close')).toEqual([4, null]);
});

it('Ctrl-C ends both, and shows what the other one had said', async () => {
  const { child, seen } = both('echo one; exec sleep 60', 'echo two; exec sleep 60');
  await expect.poll(seen).toBe('one\n');
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(seen()).toBe('one\n\ntwo\n\n');
});
