import { afterEach, describe, expect, it } from 'vitest';
import type { HttpLimits } from './server.ts';
import { auth, createStage, host } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

const quick: HttpLimits = { head: 200, request: 400, idle: 200, check: 50, connections: 20 };
const get = (path: string): string => `GET ${path} HTTP/1.1\r\n${host}${auth}\r\n`;

async function front(
  limits: HttpLimits = { ...quick, head: 60_000, request: 60_000, idle: 60_000 },
): Promise<number> {
  const upstream = await stage.upstream((request, response) => {
    request.resume();
    const [, name, wait] = /^\/api\/(\w+)\/?(\d+)?/.exec(request.url ?? '') ?? [];
    setTimeout(() => response.end(`<${name}>`), Number(wait ?? 0));
  });
  return stage.front(upstream, { limits });
}

describe('a client that is slow on purpose', () => {
  it.each([
    ['says nothing', ''],
    ['never ends its head', `GET /health HTTP/1.1\r\n${host}`],
    [
      'never ends the head of an upgrade',
      `GET / HTTP/1.1\r\n${host}upgrade: websocket\r\nconnection: upgrade\r\n`,
    ],
    ['never ends its body', `POST /api/x HTTP/1.1\r\n${host}${auth}content-length: 10\r\n\r\n`],
    ['never ends its chunks', `POST /api/x HTTP/1.1\r\n${host}${auth}transfer-encoding: chunked\r\n\r\n`],
    ['never ends a body that is refused', `POST /v1/x HTTP/1.1\r\n${host}content-length: 10\r\n\r\n`],
  ])('and %s is cut off, though a byte comes now and then', async (_how, start) => {
    const body = start.includes('content-length') || start.includes('chunked');
    const client = stage.dial(await front({ ...quick, request: body ? 400 : 60_000 }), start);
    const drip = setInterval(() => client.socket.write(start.includes('chunked') ? '1\r\nx\r\n' : 'x'), 60);
    if (start === '') clearInterval(drip);
    await client.end;
    clearInterval(drip);
  });

  it('and keeps a connection without using it is let go', async () => {
    const client = stage.dial(await front({ ...quick, head: 60_000, request: 60_000 }), get('/health'));
    await client.sees(/ready/);
    await client.end;
  });

  it('is not one who waits for a quiet answer', async () => {
    const port = await front({ ...quick, head: 1_000, request: 1_000 });
    await stage.dial(port, get('/api/late/2500')).sees(/<late>/);
  });
});

describe('many requests at once on one connection', () => {
  it('are answered in order, none lost, whoever answers first', async () => {
    const paths = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? '/health'
        : index % 3 === 1
          ? `/api/n${index}/${(60 - index) * 3}`
          : '/clawden/v1/status',
    );
    const client = stage.dial(await front(), paths.map(get).join(''));
    await expect.poll(() => client.text().match(/HTTP\/1\.1 200/g)?.length, { timeout: 10_000 }).toBe(60);
    await client.sees(/only to holders of the token"\}\s*$/);
    const marks = client.text().match(/<n\d+>|"ready"|only to holders/g);
    expect(marks).toEqual(
      paths.map((_path, index) =>
        index % 3 === 0 ? '"ready"' : index % 3 === 1 ? `<n${index}>` : 'only to holders',
      ),
    );
  });

  it('keep their order where one is refused and one leads nowhere', async () => {
    const lines = [get('/api/a/100'), `GET /v1/x HTTP/1.1\r\n${host}\r\n`, get('/nothing'), get('/api/b')];
    const got = await stage.dial(await front(), lines.join('')).sees(/<b>/);
    expect(got.match(/HTTP\/1\.1 \d+/g)?.map((status) => status.slice(9))).toEqual([
      '200',
      '401',
      '404',
      '200',
    ]);
  });
});

describe('a request that is too much', () => {
  it.each([
    ['a header line', `GET /health HTTP/1.1\r\n${host}x: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
    ['a target', `GET /health?${'x'.repeat(17_000)} HTTP/1.1\r\n${host}\r\n`, 431],
    ['the number of header lines', `GET /health HTTP/1.1\r\n${host}${'x: y\r\n'.repeat(101)}\r\n`, 431],
    [
      'chunk extensions',
      `POST /api/x HTTP/1.1\r\n${host}${auth}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n`,
      413,
    ],
    [
      'a body for /clawden',
      `POST /clawden/v1/status HTTP/1.1\r\n${host}${auth}content-length: 65537\r\n\r\n`,
      413,
    ],
    [
      'a body of unknown length for /clawden',
      `POST /clawden/v1/status HTTP/1.1\r\n${host}${auth}transfer-encoding: chunked\r\n\r\n`,
      413,
    ],
    [
      'a body that is announced',
      `POST /clawden/v1/status HTTP/1.1\r\n${host}${auth}content-length: 99999999\r\nexpect: 100-continue\r\n\r\n`,
      413,
    ],
  ])('in %s is told so', async (_what, bytes, status) => {
    const got = await stage.dial(await front(), bytes).sees(/\r\n\r\n/);
    expect(got).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('is not one with a hundred header lines', async () => {
    const lines = 'x: y\r\n'.repeat(99);
    await stage.dial(await front(), `GET /health HTTP/1.1\r\n${host}${lines}\r\n`).sees(/ 200 OK/);
  });

  it('and goes on for ever is cut off after its answer', async () => {
    const head = `POST /v1/x HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\n`;
    const client = stage.dial(await front(), head);
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    const pour = (): void => {
      while (!client.socket.destroyed && client.socket.write(chunk));
    };
    client.socket.on('drain', pour);
    pour();
    expect(await client.end).toMatch(/^HTTP\/1.1 401 /);
    client.socket.destroy();
  });

  it('without the token is not asked to send its body', async () => {
    const head = `POST /v1/x HTTP/1.1\r\n${host}content-length: 5\r\nexpect: 100-continue\r\n\r\n`;
    expect(await stage.dial(await front(), head).sees(/}/)).toMatch(/^HTTP\/1.1 401 /);
  });

  it('in connections finds the door shut, and open again once others have left', async () => {
    const port = await front();
    const first = Array.from({ length: 20 }, () => stage.dial(port, get('/health')));
    await Promise.all(first.map((client) => client.sees(/ready/)));
    expect(await stage.dial(port, get('/health')).end).toBe('');
    first[0]?.socket.destroy();
    await expect
      .poll(() => stage.dial(port, get('/health').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')).end)
      .toContain('ready');
  });
});
