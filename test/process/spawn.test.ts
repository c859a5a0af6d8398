import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCode } from '../../supervisor/process/exit.ts';
import { createMask } from '../../supervisor/process/mask.ts';
import { allProcesses, readStat } from '../../supervisor/process/proc.ts';
import { createOwnPids } from '../../supervisor/process/registry.ts';
import { type RunningProcess, type StartOptions, start } from '../../supervisor/process/spawn.ts';
import { twin } from './fixtures/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-spawn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { PATH: '/usr/bin:/bin' };
let program: readonly string[];
beforeAll(() => {
  program = twin();
});

function run(argv: readonly string[], more: Partial<StartOptions> = {}): RunningProcess {
  return start({ argv: argv as StartOptions['argv'], env, cwd: '/', onLine: () => {}, ...more });
}

async function output(argv: readonly string[], more: Partial<StartOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  await run(argv, { ...more, onLine: (_stream, line) => lines.push(line.text) }).closed;
  return lines;
}

test('all 256 exit codes arrive as they are', async () => {
  for (let from = 0; from < 256; from += 16) {
    const codes = Array.from({ length: 16 }, (_, i) => from + i);
    const exits = await Promise.all(codes.map((code) => run([...program, 'exit', String(code)]).exited));
    expect(exits).toEqual(codes.map((code) => ({ kind: 'code', code })));
  }
});

test.each([
  ['SIGKILL', 9],
  ['SIGTERM', 15],
  ['SIGSEGV', 11],
  ['SIGABRT', 6],
  ['SIGBUS', 7],
] as const)('a death by %s is told as 128+%i', async (signal, number) => {
  const exit = await run([...program, 'die', String(number)]).exited;
  expect(exit).toEqual({ kind: 'signal', signal });
  expect(exitCode(exit)).toBe(128 + number);
});

test('a program that cannot run says why, with 127 or 126', async () => {
  const file = (name: string, text: string, mode: number): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };
  const cases: [argv: string[], reason: string, code: number, more?: Partial<StartOptions>][] = [
    [['no-such-program'], 'not-found', 127],
    [['/no/such/program'], 'not-found', 127],
    [[file('plain', 'text', 0o644)], 'not-executable', 126],
    [['/tmp'], 'not-executable', 126],
    [[file('script', '#!/no/interpreter\n', 0o755)], 'no-interpreter', 126],
    [['/bin/true'], 'no-directory', 126, { cwd: '/no/such/folder' }],
    [['/bin/true', 'x'.repeat(4 * 1024 * 1024)], 'arguments', 126],
    [['/bin/true', 'nul \0'], 'arguments', 126],
  ];
  for (const [argv, reason, code, more] of cases) {
    const child = run(argv, more);
    const exit = await child.exited;
    expect(exit).toMatchObject({ kind: 'failed', reason, code });
    expect(child.pid).toBeNull();
    expect(child.signal('SIGTERM')).toBe(false);
    expect(child.signalGroup('SIGTERM')).toBe(false);
    await child.closed;
  }
});

test('the child sees only the environment and the descriptors it was given', async () => {
  process.env.CANARY_OF_OURS = 'must-not-be-seen';
  expect(await output(['/usr/bin/env'], { env: { A: '1' } })).toEqual(['A=1']);
  delete process.env.CANARY_OF_OURS;
  const probe = 'for fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$fd ] && echo $fd; done';
  expect(await output(['/bin/sh', '-c', `${probe}; true`])).toEqual(['0', '1', '2']);
});

test('a secret sent over descriptor 3 arrives whole, and a child that never reads it harms nobody', async () => {
  const data = 'canary-'.repeat(40_000);
  const extraFds = [{ kind: 'send', data }] as const;
  expect(await output(['/bin/sh', '-c', 'wc -c <&3'], { extraFds })).toEqual([String(data.length)]);
  expect(await run(['/bin/true'], { extraFds }).exited).toEqual({ kind: 'code', code: 0 });
  const deaf = run(['/bin/true'], { stdin: 'pipe' });
  deaf.stdin?.write('x'.repeat(1_000_000));
  expect(await deaf.exited).toEqual({ kind: 'code', code: 0 });
});

test('a child has its own session and group, and both streams come as lines', async () => {
  const lines: string[] = [];
  const child = run(['/bin/sh', '-c', 'echo out; echo err >&2; exec sleep 60'], {
    onLine: (stream, line) => lines.push(`${stream} ${line.text}`),
  });
  const stat = readStat(child.pid ?? 0);
  expect(stat).toMatchObject({ pid: child.pid, group: child.pid, session: child.pid, parent: process.pid });
  while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(lines.sort()).toEqual(['stderr err', 'stdout out']);
  expect(child.signal('SIGTERM')).toBe(true);
  expect(await child.closed).toEqual({ kind: 'signal', signal: 'SIGTERM' });
  expect(child.signal('SIGTERM')).toBe(false);
  expect(child.signalGroup('SIGTERM')).toBe(false);
});

test('every signal that can be passed on reaches the main process once, TERM even when asked for twice', async () => {
  const lines: string[] = [];
  const child = run([...program, 'linger', 'x', '-', 'late'], {
    onLine: (_s, line) => lines.push(line.text),
  });
  while (lines.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const signal of [
    'SIGHUP',
    'SIGUSR1',
    'SIGUSR2',
    'SIGWINCH',
    'SIGCONT',
    'SIGINT',
    'SIGQUIT',
  ] as const) {
    const before = lines.length;
    child.signal(signal);
    while (lines.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect([child.signal('SIGTERM'), child.signal('SIGTERM')]).toEqual([true, false]);
  expect(await child.closed).toEqual({ kind: 'code', code: 42 });
  const names = ['ready', 'HUP', 'USR1', 'USR2', 'WINCH', 'CONT', 'INT', 'QUIT', 'TERM'];
  expect(lines).toEqual(names.map((name) => `x ${name}`));
  expect(child.lastLines().map((line) => line.text)).toEqual(lines);
});

test('the group outlives its main process and can still be signalled', async () => {
  const log = join(folder, 'group-log');
  const child = run([...program, 'tree', log, 'obey']);
  const heard = (): string => readFileSync(log, { encoding: 'utf8', flag: 'a+' });
  while (heard().split('ready').length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  child.signal('SIGTERM');
  await child.exited;
  expect(child.signalGroup('SIGTERM')).toBe(true);
  while (!heard().includes('group TERM')) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(heard()).not.toContain('daemon TERM'); // a session of its own: the stragglers' business
  const left = allProcesses().filter(({ pid }) => commandLine(pid).includes(log));
  expect(left).toHaveLength(1);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
});

test('the exit is known at once although a daemon keeps the output open', async () => {
  const from = performance.now();
  const child = run(['/bin/sh', '-c', 'echo last words; sleep 2 & exit 3']);
  expect(await child.exited).toEqual({ kind: 'code', code: 3 });
  expect(performance.now() - from).toBeLessThan(1000);
  await child.closed;
  expect(performance.now() - from).toBeLessThan(1500);
  expect(child.lastLines().map((line) => line.text)).toEqual(['last words']);
  child.signalGroup('SIGKILL');
});

test('a million short lines arrive, masked, none missing', async () => {
  const secret = 'canary-0123456789';
  let lines = 0;
  let masked = 0;
  const script = `i=0; while [ $i -lt 1000 ]; do cat ${join(folder, 'thousand')}; i=$((i+1)); done`;
  writeFileSync(join(folder, 'thousand'), `${'a short line\n'.repeat(999)}key=${secret}\n`);
  const from = performance.now();
  const child = run(['/bin/sh', '-c', script], {
    filter: createMask([secret]).stream,
    onLine: (_stream, { text }) => {
      lines += 1;
      if (text === 'key=***') masked += 1;
    },
  });
  await child.closed;
  expect({ lines, masked }).toEqual({ lines: 1_000_000, masked: 1000 });
  expect(performance.now() - from).toBeLessThan(20_000);
  expect(child.lastLines()).toHaveLength(200);
});

test('output that is held back is read at once when the child ends, so its last words are known', async () => {
  const lines: string[] = [];
  const child = run(['/bin/sh', '-c', 'echo first; sleep 0.1; seq 1 5000; sleep 0.5; exit 5'], {
    onLine: (_stream, line) => lines.push(line.text),
    relief: () => new Promise(() => {}),
  });
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(lines).toEqual(['first']);
  expect(await child.closed).toEqual({ kind: 'code', code: 5 });
  expect(lines.slice(1)).toEqual(Array.from({ length: 5000 }, (_, i) => String(i + 1)));
});

test('output that is no UTF-8 and has no line end is given out when the child ends', async () => {
  expect(await output(['/bin/sh', '-c', "printf 'a\\377b\\nlast \\303'"])).toEqual([
    'a\uFFFDb',
    'last \uFFFD',
  ]);
});

test('the registry knows a child from its start to its exit', async () => {
  const own = createOwnPids();
  const child = run(['/bin/true'], { own });
  expect(own.has(child.pid ?? 0)).toBe(true);
  await child.exited;
  expect(own.size).toBe(0);
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

test('a program gets the umask it is to have, and ours stays as it was, even when it cannot run', async () => {
  const before = process.umask();
  expect(await output(['/bin/sh', '-c', 'umask'], { umask: 0o002 })).toEqual(['0002']);
  expect((await run(['/no/such/program'], { umask: 0o002 }).exited).kind).toBe('failed');
  expect((await run(['/bin/true', 'nul \0'], { umask: 0o002 }).exited).kind).toBe('failed');
  expect(process.umask()).toBe(before);
  expect(await output(['/bin/sh', '-c', 'umask'])).toEqual([before.toString(8).padStart(4, '0')]);
});
