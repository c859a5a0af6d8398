import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { judgeAnswer, probe } from './probe.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

function serve(listener: RequestListener): Promise<number> {
  return new Promise((resolve) => {
    const started = createServer(listener);
    server = started;
    started.listen(0, '127.0.0.1', () => resolve((started.address() as AddressInfo).port));
  });
}

const ask = (port: number) => probe({ port, path: '/startupz', timeout: 300, expect: { status: 'started' } });

describe('a probe', () => {
  it('believes a body that says what it should', async () => {
    const port = await serve((_request, response) => response.end('{"status":"started","uptimeMs":5}'));
    expect(await ask(port)).toMatchObject({ kind: 'healthy' });
  });

  it('shows its token where one is needed', async () => {
    const port = await serve((request, response) => {
      response.end(JSON.stringify({ said: request.headers.authorization ?? null }));
    });
    const target = { port, path: '/api', timeout: 300, expect: { said: 'Bearer of-this-start' } };
    expect(await probe({ ...target, bearer: 'of-this-start' })).toMatchObject({ kind: 'healthy' });
    expect(await probe(target)).toMatchObject({ kind: 'unhealthy', body: { said: null } });
  });

  it('does not believe a web page with status 200', async () => {
    const port = await serve((_request, response) => response.end('<html>welcome</html>'));
    expect(await ask(port)).toEqual({ kind: 'unhealthy', status: 200, body: null });
  });

  it('does not believe the right body with status 503', () => {
    expect(judgeAnswer(503, '{"status":"started"}', { status: 'started' })).toMatchObject({
      kind: 'unhealthy',
    });
  });

  it('compares nested objects entry by entry', () => {
    const expect_ = { components: { gateway: { status: 'ok' } } };
    const good = '{"components":{"gateway":{"status":"ok","n":1},"x":{}},"y":2}';
    expect(judgeAnswer(200, good, expect_)).toMatchObject({ kind: 'healthy' });
    expect(judgeAnswer(200, good.replace('"ok"', '"error"'), expect_)).toMatchObject({ kind: 'unhealthy' });
  });

  it('says that nobody listens', async () => {
    expect(await ask(1)).toEqual({ kind: 'silent', reason: 'refused' });
  });

  it('does not wait for a server that never answers', async () => {
    const port = await serve(() => {});
    expect(await ask(port)).toEqual({ kind: 'silent', reason: 'timeout' });
  });

  it('does not wait for a server that drips bytes for ever', async () => {
    const port = await serve((_request, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await ask(port)).toEqual({ kind: 'silent', reason: 'timeout' });
  });
});
