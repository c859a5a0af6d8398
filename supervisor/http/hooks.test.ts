import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createStage, host } from './testing.ts';

const stage = createStage();
let close = (): void => undefined;
afterEach(() => {
  stage.close();
  close();
});

let reached: { line: string; size: number; key: unknown; signature: unknown }[] = [];

/** PID 1's port before a relay that notes what reaches it. */
async function front(up = true): Promise<number> {
  reached = [];
  const listener: RequestListener = async (request, response) => {
    const note = {
      line: `${request.method} ${request.url}`,
      size: 0,
      key: request.headers['x-clawden-internal'],
      signature: request.headers['x-clawden-signature'],
    };
    reached.push(note);
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      note.size += chunk.length;
    });
    request.on('end', () => response.end('taken'));
  };
  const relay = createServer(listener);
  const socketPath = `/tmp/clawden-hooks-${process.pid}.sock`;
  await new Promise<void>((resolve) => relay.listen(socketPath, resolve));
  close = () => {
    relay.close();
    relay.closeAllConnections();
  };
  return stage.front(undefined, {
    ports: { relay: () => (up ? { socketPath, internalKey: 'inner' } : undefined) },
  });
}

const limit = 1024 * 1024;
const post = (path: string, ...headers: string[]) =>
  `POST ${path} HTTP/1.1\r\n${host}connection: close\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;

describe('a request to /hooks', () => {
  it('reaches the relay without a token, with its signature, its query and the relay’s own key', async () => {
    const head = post(
      '/hooks/my-hook_1?a=b',
      'content-length: 2',
      'x-clawden-signature: s',
      'x-clawden-internal: no',
    );
    expect(await stage.dial(await front(), `${head}hi`).end).toMatch(/^HTTP\/1.1 200 [\s\S]*taken$/);
    expect(reached).toEqual([{ line: 'POST /hooks/my-hook_1?a=b', size: 2, key: 'inner', signature: 's' }]);
  });

  it.each([
    '/hooks',
    '/hooks/',
    '/hooks/A',
    '/hooks/a/b',
    '/hooks/a%2Fb',
    '/hooks/..',
    '/hooks//',
    '/hooks/a.b',
  ])('leads nowhere at %s', async (path) => {
    expect(await stage.dial(await front(), post(path, 'content-length: 0')).end).toMatch(/^HTTP\/1.1 404 /);
    expect(reached).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('is a POST and no %s', async (method) => {
    const got = await stage.dial(await front(), post('/hooks/a').replace('POST', method)).end;
    expect(got).toMatch(/^HTTP\/1.1 405 [\s\S]*allow: POST/);
    expect(reached).toEqual([]);
  });

  it('of a page of another site is refused', async () => {
    const head = post('/hooks/a', 'content-length: 0', 'origin: https://evil.example');
    expect(await stage.dial(await front(), head).end).toMatch(/^HTTP\/1.1 403 [\s\S]*foreign_origin/);
  });

  it('before the relay is up is told to come again', async () => {
    const head = post('/hooks/a', 'content-length: 0');
    expect(await stage.dial(await front(false), head).end).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 1/);
  });
});

describe('a body for /hooks', () => {
  it('of 1 MiB is taken, told before or not', async () => {
    const port = await front();
    const body = 'x'.repeat(limit);
    expect(await stage.dial(port, post('/hooks/a', `content-length: ${limit}`) + body).end).toContain(
      'taken',
    );
    const chunks = `100000\r\n${body}\r\n0\r\n\r\n`;
    expect(await stage.dial(port, post('/hooks/a', 'transfer-encoding: chunked') + chunks).end).toContain(
      'taken',
    );
    expect(reached.map(({ size }) => size)).toEqual([limit, limit]);
  });

  it('of one byte more is refused by its length, before it is sent', async () => {
    const head = post('/hooks/a', `content-length: ${limit + 1}`, 'expect: 100-continue');
    expect(await stage.dial(await front(), head).sees(/1024 KiB/)).toMatch(/^HTTP\/1.1 413 /);
    expect(reached).toEqual([]);
  });

  it('that turns out to be larger is refused as soon as it is, and the relay sees no more of it', async () => {
    const port = await front();
    const client = stage.dial(port, post('/hooks/a', 'transfer-encoding: chunked'));
    client.socket.write(`100000\r\n${'x'.repeat(limit)}\r\n`);
    await expect.poll(() => reached[0]?.size).toBe(limit);
    client.socket.write('1\r\nx\r\n');
    expect(await client.sees(/1024 KiB/)).toMatch(/^HTTP\/1.1 413 /);
    expect(reached[0]?.size).toBe(limit);
    // The next one is none the worse for it.
    expect(await stage.dial(port, `${post('/hooks/a', 'content-length: 2')}hi`).end).toContain('taken');
  });
});
