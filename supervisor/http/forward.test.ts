import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createStage, host } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

describe.each([
  ['with kept connections', () => new Agent({ keepAlive: true })],
  ['without', () => false as const],
])('a request through the proxy, %s', (_name, agent) => {
  const through = async (listener: RequestListener): Promise<number> =>
    stage.pipe(await stage.upstream(listener), agent());

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
      response.setHeader('connection', 'x-hop, close');
      response.setHeader('x-hop', 'secret');
      response.setHeader('proxy-authenticate', 'Basic');
      response.end(JSON.stringify(request.headers));
    });
    const { end } = stage.dial(
      port,
      `GET / HTTP/1.1\r\n${host}connection: x-own, close\r\nx-own: 1\r\nte: trailers\r\nkeep-alive: 5\r\n` +
        'proxy-authorization: Basic eDp5\r\nproxy-connection: keep-alive\r\n\r\n',
    );
    expect(await end).not.toMatch(/x-hop|x-own|trailers|proxy-|keep-alive: 5/i);
  });

  it.each(['DELETE', 'OPTIONS'])('brings a %s its chunked body, and no second request', async (method) => {
    const seen: string[] = [];
    const port = await through((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${body}`);
        response.end('ok');
      });
    });
    const inner = 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n';
    const body = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    const client = stage.dial(
      port,
      `${method} /thing HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\n${body}`,
    );
    await client.sees(/ok/);
    client.socket.write(`GET /next HTTP/1.1\r\n${host}connection: close\r\n\r\n`);
    await client.end;
    expect(seen).toEqual([`${method} /thing ${inner}`, 'GET /next ']);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an event stream', (response) => void response.writeHead(200).write('data: 1\n\n')],
    ['a quiet event stream', (response) => response.writeHead(200).flushHeaders()],
    ['a long poll', () => undefined],
  ])('is over at the runtime when fifty clients leave %s', async (_what, answer) => {
    const pending = new Set<IncomingMessage>();
    let arrived = 0;
    const port = await through((request, response) => {
      request.resume().on('end', () => {
        arrived += 1;
      });
      pending.add(request);
      response.on('close', () => pending.delete(request));
      answer(response);
    });
    const leave = (socket: Socket, index: number): void =>
      void (index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy());
    const get = `GET / HTTP/1.1\r\n${host}\r\n`;
    const post = `POST / HTTP/1.1\r\n${host}content-length: 2\r\n\r\nhi`;
    const clients = Array.from({ length: 50 }, (_, index) => stage.dial(port, index % 4 < 2 ? get : post));
    await expect.poll(() => arrived).toBe(50);
    clients.forEach(({ socket }, index) => {
      leave(socket, index);
    });
    await expect.poll(() => pending.size).toBe(0);
  });

  it('is over at the runtime when a waiting client ends its side', async () => {
    let waiting: boolean | undefined;
    const port = await through((_request, response) => {
      waiting = true;
      response.on('close', () => {
        waiting = false;
      });
    });
    const client = stage.dial(port, `GET / HTTP/1.1\r\n${host}\r\n`);
    await expect.poll(() => waiting).toBe(true);
    client.socket.end();
    await expect.poll(() => waiting).toBe(false);
    expect(await client.end).toBe('');
  });

  it('shows the headers of an event stream before its first event', async () => {
    const port = await through((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    await stage.dial(port, `GET / HTTP/1.1\r\n${host}\r\n`).sees(/text\/event-stream/);
  });

  it.each([
    ['a length', { 'content-length': '100' }],
    ['chunks', {}],
  ])('ends at once when the runtime dies in the middle of an answer with %s', async (_how, headers) => {
    const port = await through((_request, response) => {
      response.writeHead(200, headers);
      response.write('half', () => response.destroy());
    });
    const got = await stage.dial(port, `GET / HTTP/1.1\r\n${host}\r\n`).end;
    expect(got).toContain('half');
    expect(got).not.toMatch(/\r\n0\r\n\r\n$/);
    await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).rejects.toThrow();
  });

  it('is answered with a clear 503 when nobody is there', async () => {
    const port = await stage.pipe(1, agent());
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({
      error: { code: 'runtime_unavailable', message: 'nobody there' },
    });
  });

  it('waits with its body until the runtime says 100, and not at all when it refuses', async () => {
    const server = createServer((_request, response) => response.end('unasked'));
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === '/no') return void response.writeHead(413, { connection: 'close' }).end('too much');
      response.writeContinue();
      request.resume().on('end', () => response.end('taken'));
    });
    const port = await stage.pipe(await stage.listen(server), agent());
    const head = `HTTP/1.1\r\n${host}content-length: 4\r\nexpect: 100-continue\r\n\r\n`;
    const client = stage.dial(port, `POST /yes ${head}`);
    expect(await client.sees(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.socket.write('body');
    await client.sees(/200 OK[\s\S]*taken/);
    const refused = await stage.dial(port, `POST /no ${head}`).sees(/too much/);
    expect(refused).not.toContain('100 Continue');
    expect(refused).toContain('413');
  });

  it('keeps its body whole where trailers follow it, and drops them, both ways', async () => {
    const port = await through((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.writeHead(200, { trailer: 'x-sum' });
        response.addTrailers({ 'x-sum': '1' });
        response.end(`${body} ${JSON.stringify([request.headers, request.trailers])}`);
      });
    });
    const got = await stage.dial(
      port,
      `POST / HTTP/1.1\r\n${host}connection: close\r\ntransfer-encoding: chunked\r\ntrailer: x-late\r\n\r\n` +
        '5\r\nhello\r\n0\r\nx-late: authorization\r\n\r\n',
    ).end;
    expect(got).toContain('hello [');
    expect(got).not.toMatch(/x-late|x-sum/);
  });

  it('frames answers without a body as such, so that the next one is found', async () => {
    const port = await through((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 204 ? {} : { 'content-length': '5', etag: '"x"' });
      response.end(request.method === 'HEAD' || status !== 200 ? undefined : 'whole');
    });
    const lines = ['HEAD /200', 'GET /204', 'GET /304', 'HEAD /304', 'GET /200'];
    const client = stage.dial(port, lines.map((line) => `${line} HTTP/1.1\r\n${host}\r\n`).join(''));
    const got = await client.sees(/whole$/);
    expect(got.match(/HTTP\/1.1 \d+/g)).toEqual(
      [200, 204, 304, 304, 200].map((status) => `HTTP/1.1 ${status}`),
    );
    expect(got).not.toContain('transfer-encoding');
  });

  it('gets the answer that follows interim ones', async () => {
    const port = await through((_request, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('at last');
    });
    const got = await stage.dial(port, `GET / HTTP/1.1\r\n${host}connection: close\r\n\r\n`).end;
    expect(got).toMatch(/^HTTP\/1.1 200[\s\S]*at last/);
  });

  it('gets an answer that comes before its body is sent, and the connection goes on', async () => {
    const port = await through((request, response) => {
      if (request.url === '/early') response.writeHead(403).end('early');
      else request.resume().on('end', () => response.end('normal'));
    });
    const client = stage.dial(port, `POST /early HTTP/1.1\r\n${host}content-length: 200000\r\n\r\n`);
    await client.sees(/403[\s\S]*early/);
    client.socket.write('x'.repeat(200_000));
    client.socket.write(`POST /normal HTTP/1.1\r\n${host}content-length: 2\r\n\r\nok`);
    await client.sees(/normal/);
  });
});
