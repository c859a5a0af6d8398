import { createHash } from 'node:crypto';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openSocket } from './socket.ts';
import { friend, openStage, quick, type Stage, secrets } from './testing.ts';

let stage: Stage;
let slack: Stage['slack'];
let host: Stage['host'];
let start: Stage['start'];
const servers: (() => void)[] = [];

beforeEach(async () => {
  stage = await openStage();
  ({ slack, host, start } = stage);
});
afterEach(async () => {
  await stage.close();
  for (const close of servers.splice(0)) close();
});

const say = (text: string) => slack.inject({ from: friend, text });
const up = () => host.reached({ kind: 'up' });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('another connection of the same app', () => {
  const other = () =>
    openSocket(secrets.app_token, slack.api, { hello: () => undefined, envelope: () => undefined }, quick);

  test('takes a share of the messages: it is named, we go on, and its end is seen', async () => {
    const theirs = other();
    await expect.poll(() => slack.connections.size).toBe(1);
    start();
    expect(await host.reached({ kind: 'down' })).toEqual({
      kind: 'down',
      reason: 'poller-conflict',
      detail:
        '1 more connection of this app: each takes a share of the messages; stop the other program, or make an app for each',
    });
    for (let n = 0; n < 10; n += 1) say(`${n}`);
    await host.texts(4);
    await theirs.close();
    await expect.poll(() => host.states.at(-1)?.kind).toBe('up');
  });

  test('that is the ghost of a process that was killed is not named', async () => {
    const ghost = other();
    await expect.poll(() => slack.connections.size).toBe(1);
    start({ ghost: 400 });
    await up();
    await ghost.close();
    await expect.poll(stage.connects).toBe(3);
    await sleep(100);
    expect(host.states.map(({ kind }) => kind)).toEqual(['connecting', 'up']);
    expect(slack.connections.size).toBe(1);
  });

  test('above ten is refused by Slack, which is told', async () => {
    const all = Array.from({ length: 10 }, other);
    await expect.poll(() => slack.connections.size).toBe(10);
    start();
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      detail: expect.stringContaining('ten connections'),
    });
    await Promise.all(all.map((one) => one.close()));
    await up();
  });
});

describe('a connection that', () => {
  let asked = 0;
  async function play(behave: (socket: WebSocket) => void): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    servers.push(() => server.close());
    server.on('connection', behave);
    await new Promise((resolve) => server.once('listening', resolve));
    return namesAddress((server.address() as AddressInfo).port);
  }
  /** A Web API that names that port for connections; the address of it. */
  async function namesAddress(port: number, after = 0): Promise<string> {
    const server = createHttp((request, response) => {
      const opens = request.url?.endsWith('apps.connections.open');
      const answer = opens ? { url: `ws://127.0.0.1:${port}/` } : { user: 'good_bot', user_id: 'U1' };
      asked += opens ? 1 : 0;
      setTimeout(() => response.end(JSON.stringify({ ok: true, ...answer })), opens ? after : 0);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  }

  test('gets no hello is given up', async () => {
    const api_root = await play(() => undefined);
    start({ hello: 200 }, { fields: { api_root } });
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      detail: 'Slack does not say hello in time',
    });
  });

  test('gets no answer to its pings is given up', async () => {
    let count = 0;
    const api_root = await play((socket) => {
      count += 1;
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
      socket.pause();
    });
    start({ pong: 300 }, { fields: { api_root } });
    await up();
    await expect.poll(() => count, { timeout: 5000 }).toBeGreaterThan(1);
  });

  test('never gets through the handshake holds up no release, and leaves no socket open', async () => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket.resume());
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => server.close());
    const port = (server.address() as AddressInfo).port;
    const channel = start({}, { fields: { api_root: await namesAddress(port) } });
    await expect.poll(() => open.size).toBe(1);
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(2000);
    await expect.poll(() => open.size).toBe(0);
  });

  test('gets no goodbye is left after a second, and its socket is closed', async () => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
      socket.once('data', (data) => {
        const key = /sec-websocket-key: (\S+)/i.exec(String(data))?.[1];
        const accept = createHash('sha1')
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64');
        socket.write(
          `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        const hello = '{"type":"hello","num_connections":1}';
        socket.write(Buffer.concat([Buffer.from([0x81, hello.length]), Buffer.from(hello)]));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => server.close());
    const api_root = await namesAddress((server.address() as AddressInfo).port);
    const channel = start({ pong: 30_000 }, { fields: { api_root } });
    await up();
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(2000);
    await expect.poll(() => open.size).toBe(0);
  });

  test('is released while Slack thinks about an address is never opened', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => server.close());
    const api_root = await namesAddress((server.address() as AddressInfo).port, 300);
    asked = 0;
    const channel = start({}, { fields: { api_root } });
    await expect.poll(() => asked).toBe(1);
    await channel.release();
    await sleep(500);
    expect(connections).toBe(0);
  });
});
