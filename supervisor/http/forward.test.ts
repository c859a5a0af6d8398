import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { forward, forwardUpgrade, type Target } from './forward.ts';

const open: Server[] = [];
const agent = new Agent({ keepAlive: true });

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function listen(server: Server): Promise<number> {
  open.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function proxyTo(upstream: number): Promise<number> {
  const target: Target = {
    address: { host: '127.0.0.1', port: upstream },
    headers: [['authorization', 'Bearer inner']],
    agent,
    unavailable: { code: 'runtime_unavailable', message: 'nobody there' },
  };
  const server = createServer((request, response) => forward(request, response, target));
  server.on('upgrade', (request, socket, head) => forwardUpgrade(request, socket, head, target));
  return listen(server);
}

const through = async (listener: RequestListener): Promise<number> =>
  proxyTo(await listen(createServer(listener)));

/** Sends raw bytes and gives all that came back once the peer closed, or after a while. */
function raw(port: number, text: string, wait = 400): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(got));
    socket.on('close', () => resolve(got));
    setTimeout(() => socket.destroy(), wait);
  });
}

describe('a request through the proxy', () => {
  it('arrives with our authorization and without what the client says of its way', async () => {
    const port = await through((request, response) => response.end(JSON.stringify(request.headers)));
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      headers: {
        authorization: 'Bearer outer',
        'x-forwarded-for': '6.6.6.6',
        'x-real-ip': '6.6.6.6',
        forwarded: 'for=6.6.6.6',
        'x-clawden-internal': 'guess',
        'x-mine': 'kept',
      },
    });
    const headers = (await answer.json()) as Record<string, string>;
    expect(headers['authorization']).toBe('Bearer inner');
    expect(headers['x-mine']).toBe('kept');
    expect(JSON.stringify(headers)).not.toContain('6.6.6.6');
    expect(headers['x-clawden-internal']).toBeUndefined();
  });

  it('loses the hop-by-hop headers, also those that Connection names, both ways', async () => {
    const port = await through((request, response) => {
      response.setHeader('connection', 'x-hop');
      response.setHeader('x-hop', 'secret');
      response.end(JSON.stringify(request.headers));
    });
    const answer = await raw(
      port,
      'GET / HTTP/1.1\r\nhost: a\r\nconnection: x-own, close\r\nx-own: 1\r\nte: trailers\r\n\r\n',
    );
    expect(answer).not.toContain('x-hop');
    expect(answer).not.toContain('x-own');
    expect(answer).not.toContain('trailers');
  });

  it('cannot smuggle a second request in the body of a chunked DELETE', async () => {
    const seen: string[] = [];
    const port = await through((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.end('ok'));
    });
    const inner = 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n';
    const body = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    await raw(port, `DELETE /thing HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${body}`);
    expect(seen).toEqual(['DELETE /thing']);
  });

  it('is ended at the runtime when the client leaves', async () => {
    let closed = 0;
    const port = await through((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.on('close', () => {
        closed += 1;
      });
    });
    for (let index = 0; index < 20; index += 1) {
      const abort = new AbortController();
      const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: abort.signal });
      await answer.body?.getReader().read();
      abort.abort();
    }
    await expect.poll(() => closed).toBe(20);
  });

  it('shows the headers of an event stream before its first event', async () => {
    const port = await through((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
    });
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
  });

  it('does not hang when the runtime dies in the middle of its answer', async () => {
    const port = await through((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    await expect(answer.text()).rejects.toThrow();
  });

  it('is answered with a clear 503 when nobody is there', async () => {
    const port = await proxyTo(1);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({
      error: { code: 'runtime_unavailable', message: 'nobody there' },
    });
  });
});

describe('an upgrade through the proxy', () => {
  const handshake = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';

  function echoing(): Promise<number> {
    const server = createServer();
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    return listen(server).then(proxyTo);
  }

  it('carries bytes both ways and ends with either side', async () => {
    const answer = await raw(await echoing(), `${handshake}hello`);
    expect(answer).toContain('101 Switching Protocols');
    expect(answer.endsWith('hello')).toBe(true);
  });

  it('survives a client that resets while the upgrade is pending', async () => {
    const stuck = createServer();
    let pending = 0;
    let ended = 0;
    stuck.on('upgrade', (_request, socket) => {
      pending += 1;
      socket.resume().on('end', () => {
        ended += 1;
      });
      socket.on('error', () => {});
    });
    const port = await proxyTo(await listen(stuck));
    for (let index = 0; index < 10; index += 1) {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(handshake);
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
      socket.on('error', () => {});
    }
    await expect.poll(() => pending).toBe(10);
    await expect.poll(() => ended).toBe(10);
  });

  it('passes a refusal on with its body', async () => {
    const refusing = createServer();
    refusing.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 401 Unauthorized\r\ntransfer-encoding: chunked\r\n\r\n5\r\nsorry\r\n0\r\n\r\n');
    });
    const answer = await raw(await proxyTo(await listen(refusing)), handshake);
    expect(answer).toContain('401 Unauthorized');
    expect(answer).not.toContain('transfer-encoding');
    expect(answer.endsWith('sorry')).toBe(true);
  });
});
