import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Output, openOutput } from '../../supervisor/process/output.ts';
import { bundle } from './fixtures/build.ts';

const LINES = 100_000;
/** A blocked write lasts until somebody reads; a loaded machine alone has made the event loop 250 ms late. */
const FROZEN_MS = 1500;
const folder = mkdtempSync(join(tmpdir(), 'clawden-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
let driver: string;
beforeAll(() => {
  driver = bundle('output-driver.ts');
});

/** A pipe whose reading end is ours and read only when we want: the engine that does not take the log. */
function fifo(name: string): { path: string; reader: number } {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return { path, reader: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
}

function startDriver(mode: string, stdout: number | 'pipe'): ChildProcess {
  const child = spawn(process.execPath, [driver, mode, String(LINES)], {
    stdio: ['pipe', stdout, 'inherit', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL')); // one that froze, or waits for a reader that never comes back
  return child;
}

function nextReport(child: ChildProcess, ms = 10_000): Promise<Report | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    child.stdio[3]?.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      resolve(JSON.parse(chunk.toString()) as Report);
    });
  });
}

interface Report {
  readonly what: string;
  readonly lateMs: number;
  readonly rss: number;
  readonly pending: number;
  readonly dropped: number;
}

test('a reader that stops freezes nothing, and what it missed is counted and said when it is back', async () => {
  const { path, reader } = fifo('ours');
  const writer = openSync(path, constants.O_WRONLY);
  const child = startDriver('ours', writer);
  closeSync(writer);
  const stalled = await nextReport(child);
  expect(stalled?.what).toBe('written');
  expect(stalled?.lateMs).toBeLessThan(FROZEN_MS);
  expect(stalled?.pending).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(stalled?.pending).toBeGreaterThan(3 * 1024 * 1024);

  child.stdin?.write('!');
  const report = nextReport(child);
  const text = await readAll(reader, child);
  expect((await report)?.what).toBe('drained');
  const lines = text.trimEnd().split('\n');
  expect(lines.pop()).toBe('back');
  const missing = Number(/^(\d+) lines are missing here/.exec(lines.pop() ?? '')?.[1]);
  expect(missing).toBe(stalled?.dropped);
  expect(lines.length + missing).toBe(LINES);
  lines.forEach((line, i) => {
    if (!line.startsWith(`line ${i} x`) || !line.endsWith('xxx')) throw new Error(`torn: ${line}`);
  });
});

test('an ordinary write freezes there: the test can tell', async () => {
  const { path, reader } = fifo('blocking');
  const writer = openSync(path, constants.O_WRONLY);
  const child = startDriver('blocking', writer);
  closeSync(writer);
  expect(await nextReport(child, 3000)).toBeNull();
  closeSync(reader);
});

test('a socket as stdout works the same', async () => {
  const child = startDriver('ours', 'pipe'); // node's own "pipes" are socket pairs, which cannot be opened anew
  child.stdout?.pause();
  const stalled = await nextReport(child);
  expect(stalled?.what).toBe('written');
  expect(stalled?.lateMs).toBeLessThan(FROZEN_MS);
  expect(stalled?.dropped).toBeGreaterThan(0);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  child.stdout?.resume();
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdin?.write('!');
  await closed;
  const lines = text.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('back');
  expect(lines.at(-2)).toContain(`${stalled?.dropped} lines are missing here`);
  expect(lines.length - 2 + (stalled?.dropped ?? 0)).toBe(LINES);
});

test('a slow reader is waited for and loses nothing; one that stands still is waited for once', async () => {
  const { path, reader } = fifo('slow');
  const writer = openSync(path, constants.O_WRONLY);
  const output = openOutput(writer, { limit: 400_000, patience: 300 });
  const text = 'x'.repeat(999);
  const fill = (): Promise<void> | null => {
    output.write(`${text}\n`);
    return output.relief();
  };
  let relief = fill();
  while (relief === null) relief = fill();
  const from = performance.now();
  await relief;
  expect(performance.now() - from).toBeGreaterThan(280);
  for (let i = 0; i < 150; i += 1) expect(fill()).toBeNull();
  expect(output.pending).toBeGreaterThan(200_000);

  const buffer = Buffer.alloc(1024 * 1024);
  const drained = output.drain(5000);
  let read = 0;
  const taking = setInterval(() => {
    try {
      read += readSync(reader, buffer);
    } catch {
      // EAGAIN: nothing there yet
    }
  }, 2);
  expect(await drained).toBe(true);
  let written = 0;
  for (; written < 3000; written += 1) await fill();
  expect(await output.drain(5000)).toBe(true);
  expect(output.dropped).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(taking);
  expect(read).toBeGreaterThan(3_000_000);
  expect(read % 1000).toBe(0);
  output.close();
});

test('a short line that would still fit is not written after a lost one, so the gap is where it is said', async () => {
  const { path, reader } = fifo('gap');
  const writer = openSync(path, constants.O_WRONLY);
  const output = openOutput(writer, { limit: 100_000, droppedNotice: (lines) => `gap of ${lines}\n` });
  output.write(`${'x'.repeat(99_998)}\n`); // 64 KiB of it go into the pipe
  await new Promise((resolve) => setTimeout(resolve, 10));
  output.write(`${'y'.repeat(90_000)}\n`);
  output.write('short\n');
  expect(output.dropped).toBe(2);
  const drained = output.drain(5000);
  const buffer = Buffer.alloc(256 * 1024);
  let text = '';
  while (!text.includes('gap')) {
    try {
      text += buffer.toString('utf8', 0, readSync(reader, buffer));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  expect(await drained).toBe(true);
  expect(text.replace(/x+/, 'x')).toBe('x\ngap of 2\n');
  output.close();
});

test('a reader that is gone for good is no error', async () => {
  const { path, reader } = fifo('gone');
  const writer = openSync(path, constants.O_WRONLY);
  const output = openOutput(writer);
  closeSync(reader);
  output.write('one\ntwo\n');
  expect(await output.drain(100)).toBe(false);
  output.write('three\n');
  expect(output.dropped).toBe(3);
  output.close();
});

test('a log file is appended to, and the last line of an uncaught error is in it', async () => {
  const path = join(folder, 'log');
  const fd = openSync(path, 'w');
  const first = openOutput(fd);
  first.write('one\n');
  expect(await first.drain(100)).toBe(true);
  const second: Output = openOutput(fd);
  second.write('two\n');
  expect(await second.drain(100)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  first.close();
  second.close();
});

/** Reads as the engine does once it is well again, until the driver has ended and the pipe is dry. */
async function readAll(reader: number, child: ChildProcess): Promise<string> {
  const buffer = Buffer.alloc(64 * 1024);
  const chunks: Buffer[] = [];
  for (;;) {
    const gone = child.exitCode !== null;
    try {
      const length = readSync(reader, buffer);
      if (length > 0) {
        chunks.push(Buffer.from(buffer.subarray(0, length)));
        continue;
      }
    } catch {
      // EAGAIN: nothing there yet
    }
    if (gone) return Buffer.concat(chunks).toString();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
