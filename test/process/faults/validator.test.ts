import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Rendered, ValidatorOutcome } from '../../../runtimes/contract.ts';
import { descriptor } from '../../../runtimes/openclaw/descriptor.ts';
import { runValidator } from '../../../supervisor/boot/processes.ts';
import { readStat } from '../../../supervisor/process/proc.ts';
import { systemClock } from '../../../supervisor/supervise/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-validator-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = new URL('../../fakes/validator.sh', import.meta.url).pathname;

interface Seen {
  readonly outcome: ValidatorOutcome | 'timeout';
  readonly printed: readonly string[];
  readonly seconds: number;
  readonly pids: () => readonly number[];
}

async function validate(mode: string, limit: number): Promise<Seen> {
  const file = join(folder, mode);
  const printed: string[] = [];
  const container = {
    clock: systemClock,
    environment: { PATH: '/usr/bin:/bin' },
    places: { home: '/' },
    runtime: { descriptor },
    output: { line: (text: string) => void printed.push(text) },
  } as unknown as Parameters<typeof runValidator>[0];
  const rendered = { environment: {}, workingDirectory: '/' } as unknown as Rendered;
  const from = performance.now();
  const outcome = await runValidator(container, rendered, {
    name: 'validator',
    argv: ['/bin/sh', script, mode, file],
    timeout: limit,
  });
  return {
    outcome,
    printed,
    seconds: (performance.now() - from) / 1000,
    pids: () => readFileSync(file, 'utf8').trim().split('\n').map(Number),
  };
}

/** Dead, or a zombie that only its reaper still sees. */
function gone(pid: number): boolean {
  return ['Z', undefined].includes(readStat(pid)?.state);
}

test('a validator that hangs, deaf to TERM, is cut at its limit with all that it started, and its words are shown', async () => {
  const { outcome, printed, pids } = await validate('hang', 700);
  expect(outcome).toBe('timeout');
  expect(printed).toEqual(['looking at your file']);
  expect(pids()).toHaveLength(2);
  await expect.poll(() => pids().filter((pid) => !gone(pid))).toEqual([]);
});

test('a validator that floods is cut at its limit, and next to nothing of it is kept', async () => {
  const before = process.memoryUsage().heapUsed;
  let late = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    late = Math.max(late, performance.now() - last - 10);
    last = performance.now();
  }, 10);
  const { outcome, printed, pids } = await validate('flood', 5000);
  clearInterval(watch);
  expect(outcome).toBe('timeout');
  expect(printed.join('').length).toBeLessThan(11_000);
  // 300 MB went by, and health checks would have been answered meanwhile.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  expect(late).toBeLessThan(1500);
  await expect.poll(() => pids().filter((pid) => !gone(pid))).toEqual([]);
});

test('what a validator leaves behind in its group is gone when it has answered', async () => {
  const { outcome, pids } = await validate('fork', 10_000);
  expect(outcome).toEqual({ name: 'validator', code: 0, stdout: '{"valid":true}', stderr: '' });
  expect(pids()).toHaveLength(2);
  await expect.poll(() => pids().filter((pid) => !gone(pid))).toEqual([]);
});
