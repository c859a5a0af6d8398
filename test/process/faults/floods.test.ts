import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundle } from '../fixtures/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-floods-'));
afterAll(() => rmSync(folder, { recursive: true }));
const twin = new URL('../../fakes/openclaw-twin.mjs', import.meta.url).pathname;
/** As PID 1 of the image is started. */
const dockerfile = readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8');
const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
const flags = entry.filter((word) => word.startsWith('--'));
let driver: string;
beforeAll(() => {
  driver = bundle('faults/flood-driver.ts');
});

interface Passed {
  readonly before: number;
  readonly most: number;
  readonly late: number;
  readonly pieces: number;
  readonly lines: number;
  readonly kept: number;
  readonly dropped: number;
  /** What the reader of the log counted. */
  readonly read: { readonly lines: number; readonly bytes: number };
  /** Answers of the health socket meanwhile. */
  readonly answers: number;
}

async function flood(kind: string, amount: number): Promise<Passed> {
  const socket = join(folder, `${kind}.sock`);
  const program = [process.execPath, ...flags, driver, socket, '--'];
  const words = [...program, process.execPath, twin, 'flood', kind, String(amount)];
  const child = spawn('/bin/sh', ['-c', '"$@" | wc -lc', 'sh', ...words], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let answers = 0;
  const asking = setInterval(() => {
    const call = request({ socketPath: socket, path: '/health' }, (response) => {
      response.resume().once('end', () => {
        answers += 1;
      });
    });
    call.once('error', () => {});
    call.end();
  }, 100);
  const texts = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    texts[0] += chunk.toString();
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    texts[1] += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(asking);
  const [lines = 0, bytes = 0] = (texts[0] ?? '').trim().split(/\s+/).map(Number);
  const passed = { ...(JSON.parse(texts[1] ?? '') as Passed), read: { lines, bytes }, answers };
  console.info(`${kind}: ${JSON.stringify(passed)}`);
  return passed;
}

/** MiB above its start; measured 20 to 262, and 378 once beside other work. What it guards against has no bound at all. */
const roomOfAFlood = 512;

function unharmed({ before, most, late, answers, dropped, kept }: Passed): void {
  expect(most - before).toBeLessThan(roomOfAFlood);
  expect(late).toBeLessThan(1500);
  expect(answers).toBeGreaterThan(0);
  expect(dropped).toBe(0);
  expect(kept).toBeLessThanOrEqual(256 * 1024);
}

test('a gigabyte without a line end goes through in pieces, and memory, health and the last words stay as they should', async () => {
  const passed = await flood('zeros', 1_000_000_000);
  unharmed(passed);
  expect(passed.lines).toBe(1);
  expect(passed.read.lines).toBe(passed.pieces);
  // What is short of whole blocks was written as one more; NULs stay what they are, one line end stands behind each piece.
  expect(passed.read.bytes - passed.pieces).toBe(Math.ceil(1_000_000_000 / 65536) * 65536);
});

test('a million short lines are a million lines', async () => {
  const passed = await flood('lines', 1_000_000);
  unharmed(passed);
  expect(passed).toMatchObject({ pieces: 1_000_000, lines: 1_000_000, read: { lines: 1_000_000 } });
});

test('bytes that are no UTF-8 come out as replacement characters', async () => {
  const passed = await flood('binary', 50_000_000);
  unharmed(passed);
  expect(passed.lines).toBe(1);
  expect(passed.read.lines).toBe(passed.pieces);
});

test('escape sequences and carriage returns without end are one line in pieces', async () => {
  const passed = await flood('ansi', 50_000_000);
  unharmed(passed);
  expect(passed.read.bytes - passed.pieces).toBe(Math.ceil(50_000_000 / 65536) * 65536);
});
