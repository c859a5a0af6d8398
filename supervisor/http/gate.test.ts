import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { auth, createStage, token } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

let reached: string[] = [];

/** PID 1's port before a runtime and a relay that note what reaches them. */
async function front(): Promise<number> {
  reached = [];
  const upstream = await stage.upstream((request, response) => {
    reached.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'text/plain');
    response.end('from the runtime');
  });
  return stage.front(upstream);
}

async function ask(
  port: number,
  line: string,
  ...headers: string[]
): Promise<{ status: number; text: string }> {
  const text = await stage.dial(
    port,
    `${[`${line} HTTP/1.1`, ...headers, 'connection: close'].join('\r\n')}\r\n\r\n`,
  ).end;
  return { status: Number(text.slice(9, 12)), text };
}

const bearer = auth.trim();
const guarded = ['/clawden/v1/status', '/v1/models', '/api/x'];
const open = ['/health', '/ready', '/metrics'];

describe('a page of another site', () => {
  it.each(
    guarded.flatMap((path) =>
      [
        ['host: agent.example', 'origin: https://evil.example'],
        ['host: agent.example', 'origin: null'],
        ['host: agent.example', 'origin: file://'],
        ['host: agent.example:18789', 'origin: http://agent.example'],
        ['host: agent.example:18789', 'origin: http://agent.example:8080'],
        ['host: agent.example', 'origin: https://agent.example.evil.example'],
        ['host: agent.example', 'origin: https://agent.example@evil.example'],
        ['host: localhost:18789', 'origin: app://localhost:18789'],
        ['host: localhost:18789', 'sec-fetch-site: cross-site'],
        ['host: localhost:18789', 'sec-fetch-site: same-site', 'origin: http://localhost:18789'],
        ['host: bad host/', 'origin: http://bad'],
      ].map((headers) => [path, headers] as const),
    ),
  )('is refused at %s, token or not: %j', async (path, headers) => {
    const port = await front();
    for (const more of [[], [bearer]]) {
      const { status, text } = await ask(port, `GET ${path}`, ...headers, ...more);
      expect([status, text.includes('foreign_origin')]).toEqual([403, true]);
      expect(text).not.toMatch(/access-control/i);
    }
    expect(reached).toEqual([]);
  });

  it.each([...guarded, ...open])('gets no permission in advance for %s', async (path) => {
    const headers = ['host: localhost', 'origin: https://evil.example', 'access-control-request-method: GET'];
    const { status, text } = await ask(
      await front(),
      `OPTIONS ${path}`,
      ...headers,
      'access-control-request-headers: authorization',
    );
    expect([403, 405]).toContain(status);
    expect(text).not.toMatch(/access-control/i);
    expect(reached).toEqual([]);
  });

  it.each(open)('may ask for %s as everybody may, but the browser does not let it read', async (path) => {
    const { status, text } = await ask(
      await front(),
      `GET ${path}`,
      'host: localhost',
      'origin: https://evil.example',
    );
    expect(status).toBe(200);
    expect(text).not.toMatch(/access-control/i);
  });

  it('gains nothing by a name that it points at this port: it holds no token', async () => {
    const port = await front();
    for (const path of guarded) {
      const { status } = await ask(
        port,
        `POST ${path}`,
        'host: evil.example:80',
        'origin: http://evil.example',
        'content-length: 0',
      );
      expect(status).toBe(401);
    }
    expect(reached).toEqual([]);
  });
});

describe('whoever brings the token', () => {
  it.each([
    ['a program', ['host: agent']],
    ['a program, by address', ['host: 10.1.2.3:18789']],
    ['a program, by IPv6 address', ['host: [::1]:18789']],
    ['a program, by a Service’s name', ['host: agent.default.svc.cluster.local:18789']],
    ['a program behind a proxy that changes Host', ['host: backend']],
    [
      'a library that names the host it asks as origin',
      ['host: agent.lan:18789', 'origin: http://agent.lan:18789'],
    ],
    ['a page of the same host', ['host: agent.example:18789', 'origin: http://agent.example:18789']],
    ['a page of the same host behind TLS', ['host: agent.example', 'origin: https://agent.example']],
    ['the same with the port said', ['host: agent.example:443', 'origin: https://agent.example']],
    [
      'a page of the same host behind a proxy that changes Host',
      ['host: backend', 'origin: https://agent.example', 'sec-fetch-site: same-origin'],
    ],
    ['a person', ['host: localhost', 'sec-fetch-site: none']],
  ])('is let in: %s', async (_who, headers) => {
    const port = await front();
    expect((await ask(port, 'GET /clawden/v1/status', ...headers, bearer)).status).toBe(200);
    expect((await ask(port, 'GET /api/x', ...headers, bearer)).text).toContain('from the runtime');
  });

  it.each([
    ['no host', []],
    ['two hosts', ['host: a', 'host: b']],
  ])('is refused with %s', async (_what, headers) => {
    expect((await ask(await front(), 'GET /api/x', ...headers, bearer)).status).toBe(400);
    expect(reached).toEqual([]);
  });

  it.each([
    'authorization: Bearer wrong',
    `authorization: Bearer ${token}x`,
    `authorization: Bearer ${token.slice(0, -1)}`,
    `authorization: Basic ${token}`,
    `authorization: ${token}`,
    'authorization: Bearer',
    `cookie: token=${token}`,
  ])('must bring it right: not %s', async (header) => {
    const port = await front();
    for (const path of guarded) expect((await ask(port, `GET ${path}`, 'host: a', header)).status).toBe(401);
    expect((await ask(port, `GET /api/x?token=${token}`, 'host: a', header)).status).toBe(401);
    expect(reached).toEqual([]);
  });
});

describe('while the runtime does not serve', () => {
  it('its surface answers 503, once the token is right', async () => {
    const port = await stage.front(undefined);
    expect((await ask(port, 'GET /api/x', 'host: a', bearer)).text).toMatch(/503[\s\S]*retry-after: 1/);
    expect((await ask(port, 'GET /api/x', 'host: a')).status).toBe(401);
    expect((await ask(port, 'GET /other', 'host: a', bearer)).status).toBe(404);
  });

  it('and nothing is exposed, there is nothing', async () => {
    const port = await stage.front(undefined, { ports: { native: () => undefined } });
    expect((await ask(port, 'GET /api/x', 'host: a', bearer)).status).toBe(404);
  });
});

it('a request before there is a token is refused, whatever it brings', async () => {
  const port = await stage.front(undefined, { ports: { token: () => undefined } });
  for (const header of ['authorization: Bearer undefined', 'authorization: Bearer ', 'x: y'])
    expect((await ask(port, 'GET /clawden/v1/status', 'host: a', header)).status).toBe(401);
});

it('the relay is asked by its key, which no client can bring', async () => {
  let keys: unknown[] = [];
  const relay = createServer((request, response) => {
    keys = [request.headers['x-clawden-internal'], request.headers.authorization];
    response.end('from the relay');
  });
  const socketPath = `/tmp/clawden-gate-${process.pid}.sock`;
  await new Promise<void>((resolve) => relay.listen(socketPath, resolve));
  const port = await stage.front(undefined, {
    ports: { relay: () => ({ socketPath, internalKey: 'inner' }) },
  });
  const { text } = await ask(port, 'GET /v1/models', 'host: a', bearer, 'x-clawden-internal: guess');
  relay.close();
  relay.closeAllConnections();
  expect(text).toContain('from the relay');
  expect(keys).toEqual(['inner', undefined]);
});
