import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadNative } from '../../supervisor/process/native.ts';
import { listedChildren, parseStat, readStat, scannedChildren } from '../../supervisor/process/proc.ts';
import { startReaper } from '../../supervisor/process/reaper.ts';
import { createOwnPids, registerEverySpawn } from '../../supervisor/process/registry.ts';
import { bundle } from './fixtures/build.ts';

test('a lock is held once, whoever opens the file, and is gone when its file is closed', () => {
  const native = loadNative();
  const folder = mkdtempSync(join(tmpdir(), 'clawden-lock-'));
  const open = (): number => openSync(join(folder, 'state.lock'), 'a');
  const [first, second] = [open(), open()];
  expect([native.lock(first), native.lock(first), native.lock(second)]).toEqual(['held', 'held', 'taken']);
  closeSync(first);
  expect(native.lock(second)).toBe('held');
  expect(native.lock(99_999)).toBe('impossible');
  closeSync(second);
  rmSync(folder, { recursive: true });
});

test('a running child is not taken, and any-child pids are refused', async () => {
  const native = loadNative();
  const child = spawn('sleep', ['60']);
  const exited = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  expect(native.reapOne(child.pid ?? 0)).toBeNull();
  expect(native.reapOne(1)).toBeNull();
  for (const pid of [-1, 0, -5, 1.5, Number.NaN]) expect(() => native.reapOne(pid)).toThrow(RangeError);
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');
});

test('children are found with and without the kernel list of children', async () => {
  const child = spawn('sleep', ['60']);
  expect(listedChildren()).toContain(child.pid);
  expect(scannedChildren()).toContain(child.pid);
  expect(readStat(child.pid ?? 0)).toMatchObject({ parent: process.pid, name: 'sleep' });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(readStat(child.pid ?? 0)).toBeNull();
});

test('a program name with spaces and parentheses does not shift the fields', () => {
  const stat = parseStat(`12 (a) S (b) Z 7 8 9 ${'0 '.repeat(15)}777 0`);
  expect(stat).toEqual({
    pid: 12,
    name: 'a) S (b',
    state: 'Z',
    parent: 7,
    group: 8,
    session: 9,
    started: 777,
  });
});

test('orphans are reaped on a kernel without the list of children', async () => {
  const reaper = startReaper({ native: loadNative(), own: createOwnPids(), children: () => null });
  execFileSync('/bin/sh', ['-c', '(sleep 0.1 &); (sleep 0.1 &); (sleep 0.1 &)']);
  for (let waited = 0; reaper.reaped < 3 && waited < 3000; waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect([reaper.reaped, reaper.zombiesSeen, reaper.waiting]).toEqual([3, 3, 0]);
  reaper.stop();
});

test('a zombie is left alone for 300 ms, and a registered one for ever', async () => {
  const reapedAt: number[] = [];
  const registered = new Set<number>();
  const seen: number[] = [];
  const own = { has: (pid: number) => registered.has(pid), adopt: () => {}, size: 0 };
  let firstSeen = Number.NaN;
  const reaper = startReaper({
    native: loadNative(),
    own,
    onReaped: (pid) => {
      seen.push(pid);
      reapedAt.push(performance.now());
    },
  });
  execFileSync('/bin/sh', ['-c', '(sleep 0.1 &); (sleep 0.1 &)']);
  for (const pid of listedChildren() ?? []) {
    if (registered.size === 0 && readStat(pid)?.name === 'sleep') registered.add(pid);
  }
  while (seen.length < 1) {
    if (Number.isNaN(firstSeen) && reaper.waiting > 0) firstSeen = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((reapedAt[0] ?? 0) - firstSeen).toBeGreaterThan(280);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const [kept = 0] = registered;
  expect(seen).not.toContain(kept);
  expect(readStat(kept)?.state).toBe('Z');
  reaper.stop();
  expect(loadNative().reapOne(kept)).toBe(0);
});

test('children that a library starts are registered too, until the watch is undone', async () => {
  const own = createOwnPids();
  const undo = registerEverySpawn(own);
  const child = spawn('sleep', ['60']);
  expect(own.has(child.pid ?? 0)).toBe(true);
  undo();
  const other = spawn('true');
  expect(own.has(other.pid ?? 0)).toBe(false);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(own.size).toBe(0);
});

test.skipIf(process.getuid?.() !== 0)('an undumpable process hides its environment from its own user', () => {
  const [before, after] = execFileSync(process.execPath, [bundle('undumpable-driver.ts')], {
    encoding: 'utf8',
  })
    .trim()
    .split(' ');
  expect(before).toBe('readable');
  expect(after).toBe('hidden');
});

test('a socket names who made it, a file nobody, and nothing is waited for', () => {
  const native = loadNative();
  const [mine, theirs] = socketPair();
  expect(native.peerOf(mine)).toEqual({ pid: process.pid, uid: process.getuid?.() });
  const file = openSync('/dev/null', 'r');
  expect(native.peerOf(file)).toBeNull();
  closeSync(file);
  expect(native.receive(mine, 100)).toBeNull();
  closeSync(theirs);
  expect(native.receive(mine, 100)).toEqual({ data: Buffer.alloc(0), fds: [] });
  closeSync(mine);
});

// The kernel tells since 6.5.
test.skipIf(kernel() < 6.05)('a peer that is gone is nobody, whoever has its pid by now', async () => {
  const native = loadNative();
  const path = join(mkdtempSync(join(tmpdir(), 'clawden-peer-')), 'socket');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const child = spawn(process.execPath, ['-e', `require('node:net').connect(${JSON.stringify(path)})`]);
  const [socket] = await once(server, 'connection');
  const fd = socket._handle.fd;
  expect(native.peerOf(fd)?.pid).toBe(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(native.peerOf(fd)).toBeNull();
  socket.destroy();
  server.close();
  rmSync(dirname(path), { recursive: true });
});

/** As a number, 6.05 for 6.5. */
function kernel(): number {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major + minor / 100;
}

test('writing to a reader who does not read fails at once instead of waiting', () => {
  const native = loadNative();
  const [mine, theirs] = socketPair();
  let sent = 0;
  while (native.sendAtOnce(mine, Buffer.alloc(65_536)) && sent < 1_000) sent += 1;
  expect(sent).toBeLessThan(1_000);
  closeSync(theirs);
  // Nor does a reader who is gone end us by SIGPIPE.
  expect(native.sendAtOnce(mine, Buffer.from('x'))).toBe(false);
  closeSync(mine);
});

test('what we start leaves no core file', () => {
  loadNative().forbidCoreFiles();
  expect(execFileSync('sh', ['-c', 'ulimit -Sc'], { encoding: 'utf8' })).toBe('0\n');
});

/** Both ends, blocking, as a child finds its stdout. */
function socketPair(): [number, number] {
  const koffi = createRequire(import.meta.url)('koffi');
  const pair = Buffer.alloc(8);
  expect(koffi.load(null).func('int socketpair(int, int, int, void *)')(1, 1, 0, pair)).toBe(0);
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
}
