import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../helpers/docker.ts';

interface Memory {
  readonly rss: number;
  readonly held: number;
  /** Megabytes that the runtime could write, bytes of bodies that it took. */
  readonly sent: number;
  readonly taken: number;
}

const MB = 1024 * 1024;
const head = 'host: a\r\nauthorization: Bearer outer-token\r\n';
let child: ChildProcess;
let port: number;
let sockets: Socket[] = [];

beforeEach(async () => {
  const driver = new URL('./proxy-driver.ts', import.meta.url).pathname;
  child = fork(driver, [], { execArgv: ['--expose-gc'] });
  port = ((await once(child, 'message')) as [{ port: number }])[0].port;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  child.kill();
});

async function memory(): Promise<Memory> {
  child.send('memory');
  return ((await once(child, 'message')) as [Memory])[0];
}

async function dial(text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text) socket.write(text);
  return socket;
}

/** Once the runtime has come to a stop, since nobody takes more. */
async function settled(): Promise<Memory> {
  let last = await memory();
  return until('the flood to stop', async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const now = await memory();
    const same = now.sent === last.sent && now.taken === last.taken && now.sent + now.taken > 0;
    last = now;
    return same ? now : undefined;
  });
}

const health = (): Promise<number> => fetch(`http://127.0.0.1:${port}/health`).then(({ status }) => status);

test('five thousand idle connections cost little memory, and health still answers', async () => {
  const before = await memory();
  for (let batch = 0; batch < 50; batch += 1) await Promise.all(Array.from({ length: 100 }, () => dial('')));
  expect(await health()).toBe(200);
  const during = await memory();
  expect(sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(5_000);
  expect(during.held - before.held).toBeLessThan(5_000 * 10 * 1024);
});

test.each([
  ['their answers', `GET /api/flood HTTP/1.1\r\n${head}\r\n`],
  ['their WebSocket', `GET / HTTP/1.1\r\n${head}connection: upgrade\r\nupgrade: websocket\r\n\r\n`],
])('ten clients that do not read %s hold the runtime back and fill no memory', async (_what, request) => {
  const before = await memory();
  for (let index = 0; index < 10; index += 1) (await dial(request)).pause();
  const during = await settled();
  expect(during.sent).toBeLessThan(400);
  // What the kernel's buffers take, several megabytes per connection, has left the process.
  expect(during.held - before.held).toBeLessThan(40 * MB);
  expect(await health()).toBe(200);
});

test('a runtime that does not read a body holds its client back, and it fills no memory', async () => {
  const before = await memory();
  let written = 0;
  for (let index = 0; index < 10; index += 1) {
    const socket = await dial(`POST /api/sink HTTP/1.1\r\n${head}content-length: ${1024 * MB}\r\n\r\n`);
    const pour = (): void => {
      while (!socket.destroyed && written < 2_000 && socket.write(Buffer.alloc(MB, 'y'))) written += 1;
      written += 1;
    };
    socket.on('drain', pour);
    pour();
  }
  const during = await settled();
  expect(written).toBeLessThan(400);
  expect(during.held - before.held).toBeLessThan(40 * MB);
  expect(await health()).toBe(200);
});
