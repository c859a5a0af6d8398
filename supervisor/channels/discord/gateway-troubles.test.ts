import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openStage, type Stage, token } from './testing.ts';

let stage: Stage;
let discord: Stage['discord'];
let host: Stage['host'];
let start: Stage['start'];
const servers: (() => void)[] = [];

beforeEach(async () => {
  stage = await openStage();
  ({ discord, host, start } = stage);
});
afterEach(async () => {
  await stage.close();
  for (const close of servers.splice(0)) close();
});

const up = () => host.reached({ kind: 'up' });

describe('what goes wrong is told by name, and mends by itself:', () => {
  test('a token that was never good costs no login', async () => {
    discord.removeBot(token);
    start();
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'token-rejected' });
    discord.addBot({ token, username: 'good_bot' });
    await up();
    expect(stage.logins()).toEqual(['identify']);
    expect(host.logged()).not.toContain(token);
  });

  test('a token that is reset while we listen', async () => {
    start();
    await up();
    discord.removeBot(token);
    expect(await host.reached({ kind: 'down' })).toMatchObject({ reason: 'token-revoked' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(host.states.filter(({ kind }) => kind === 'down')).toHaveLength(2);
    expect(stage.logins()).toEqual(['identify']);
  });

  test('no logins left: none is tried until there are', async () => {
    const bot = discord.addBot({ token, username: 'good_bot', loginsLeft: 0 });
    start();
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'session-limit',
      detail: 'no logins are left today; the next ones come in 60 min',
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(stage.logins()).toEqual([]);
    Object.assign(bot, { loginsLeft: 1000 });
    await up();
  });

  test('the Message Content Intent, which groups: all needs', async () => {
    start({}, { groups: 'all' });
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'missing-scope',
      detail: expect.stringContaining(
        'switch it on in the Developer Portal under Bot, or write groups: mention',
      ),
    });
    discord.addBot({ token, username: 'good_bot', messageContent: true });
    await up();
  });

  test.each([
    [4010, 'does not take the login (4010)'],
    [4011, 'too many servers'],
    [4012, 'does not take the login (4012)'],
    [4013, 'does not take the login (4013)'],
  ])('close code %i', async (code, words) => {
    start({ refusedLogin: 60_000 });
    await up();
    discord.closeConnections(code);
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'down',
      detail: expect.stringContaining(words),
    });
  });

  test('logins that lead to nothing come ever less often', async () => {
    start({ logins: 200 });
    await up();
    for (let n = 0; n < 3; n += 1) {
      discord.invalidate();
      await expect.poll(stage.logins, { timeout: 5000 }).toHaveLength(n + 2);
    }
    const times = discord.logins.map(({ at }) => at);
    const [first = 0, second = 0, third = 0] = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    expect(second).toBeGreaterThan(first * 1.2);
    expect(third).toBeGreaterThan(second * 1.2);
  });
});

describe('a server that', () => {
  async function play(behave: (socket: WebSocket, count: number) => void): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    servers.push(() => server.close());
    let count = 0;
    server.on('connection', (socket) => {
      count += 1;
      behave(socket, count);
    });
    await new Promise((resolve) => server.once('listening', resolve));
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  /** The next login finds this gateway in its note. */
  async function resumeAt(url: string): Promise<void> {
    const session = { id: 'x', url, bot: { id: '1', username: 'good_bot' } };
    const first = start();
    await first.release();
    const note = JSON.parse(host.note.read() ?? '{}');
    host.note.write(JSON.stringify({ ...note, session, sequence: 7 }));
  }
  const hello = (interval: number) => JSON.stringify({ op: 10, d: { heartbeat_interval: interval } });
  const resumed = JSON.stringify({ op: 0, t: 'RESUMED', s: 8, d: {} });

  test('accepts and says nothing is given up', async () => {
    await resumeAt(await play(() => undefined));
    start({ hello: 100 });
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      reason: 'unreachable',
      detail: 'Discord does not say hello in time',
    });
  });

  test('never answers the login is given up', async () => {
    await resumeAt(await play((socket) => socket.send(hello(60_000))));
    start({ login: 100 });
    expect(await host.reached({ kind: 'down' })).toMatchObject({
      detail: 'Discord does not answer the login in time',
    });
  });

  test('answers no heartbeat is dead, and its session is resumed at once', async () => {
    const resumes: unknown[] = [];
    const url = await play((socket, count) => {
      socket.send(hello(100));
      socket.on('message', (data) => {
        const { op, d } = JSON.parse(String(data)) as { op: number; d: unknown };
        if (op === 6) {
          resumes.push(d);
          socket.send(resumed);
        }
        if (op === 1 && count > 1) socket.send(JSON.stringify({ op: 11 }));
      });
    });
    await resumeAt(url);
    start();
    await expect.poll(() => resumes.length, { timeout: 3000 }).toBe(2);
    expect(resumes[1]).toMatchObject({ session_id: 'x', seq: 8 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(resumes).toHaveLength(2);
  });

  test.each([
    ['no JSON', '<html>'],
    ['nothing', 'null'],
    ['a login of nobody', '{"op":0,"t":"READY","s":1,"d":{}}'],
  ])('sends %s is left', async (_what, sent) => {
    let count = 0;
    await resumeAt(
      await play((socket, nth) => {
        count = nth;
        socket.send(sent);
      }),
    );
    start();
    await expect.poll(() => count).toBeGreaterThan(1);
  });

  test('has no address that can be one is forgotten', async () => {
    await resumeAt('ws://[');
    start();
    await up();
  });

  test('accepts and never finishes the handshake holds up no release, and leaves no socket open', async () => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket.resume());
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => server.close());
    await resumeAt(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const channel = start();
    await expect.poll(() => open.size).toBe(1);
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(2000);
    await expect.poll(() => open.size).toBe(0);
  });

  test('hears a goodbye that keeps the session', async () => {
    const codes: number[] = [];
    await resumeAt(
      await play((socket) => {
        socket.send(hello(60_000));
        socket.send(resumed);
        socket.on('close', (code) => codes.push(code));
      }),
    );
    const channel = start();
    await up();
    await channel.release();
    // With 1000 or 1001 Discord would forget it.
    await expect.poll(() => codes).toEqual([4200]);
  });

  test('does not answer the goodbye is left after a second', async () => {
    await resumeAt(
      await play((socket) => {
        socket.send(hello(60_000));
        socket.send(resumed);
        socket.once('message', () => socket.pause());
      }),
    );
    const channel = start();
    await up();
    const begun = performance.now();
    await channel.release();
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
