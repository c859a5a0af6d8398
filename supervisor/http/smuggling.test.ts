import { afterEach, describe, expect, it } from 'vitest';
import { auth, createStage, host } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

const inner = 'GET /api/smuggled HTTP/1.1\r\nhost: x\r\n\r\n';
const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

/** What the runtime saw of one attempt; the request after it flushes out what was hidden in a kept connection. */
async function attempt(
  bytes: string,
): Promise<{ readonly seen: readonly string[]; readonly status: string }> {
  const seen: string[] = [];
  const upstream = await stage.upstream((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}${body ? ` ${body}` : ''}`);
      response.end('ok');
    });
    request.on('error', () => undefined);
  });
  const port = await stage.front(upstream);
  const client = stage.dial(port, bytes);
  const got = await Promise.race([client.end, client.sees(/\r\n\r\n/)]);
  const probe = `GET /api/after HTTP/1.1\r\n${host}${auth}connection: close\r\n\r\n`;
  for (let round = 0; round < 3; round += 1) expect(await stage.dial(port, probe).end).toMatch(/200 OK/);
  client.socket.destroy();
  return { seen: seen.filter((line) => line !== 'GET /api/after'), status: got.slice(9, 12) };
}

const post = (headers: string, body: string, method = 'POST'): string =>
  `${method} /api/x HTTP/1.1\r\n${host}${auth}${headers}\r\n${body}`;

describe('a second request cannot hide', () => {
  it.each([
    [
      'behind both framings',
      post('content-length: 6\r\ntransfer-encoding: chunked\r\n', `0\r\n\r\n${inner}`),
      '400',
    ],
    [
      'behind both framings, the other way round',
      post('transfer-encoding: chunked\r\ncontent-length: 4\r\n', `5c\r\n${inner}\r\n0\r\n\r\n`),
      '400',
    ],
    ['behind two lengths', post(`content-length: 0\r\ncontent-length: ${inner.length}\r\n`, inner), '400'],
    ['behind two equal lengths', post('content-length: 4\r\ncontent-length: 4\r\n', `body${inner}`), '400'],
    ['behind a list of lengths', post('content-length: 4, 4\r\n', `body${inner}`), '400'],
    ['behind a length with a sign', post('content-length: +4\r\n', `body${inner}`), '400'],
    ['behind a folded header', post('x: a\r\n content-length: 4\r\n', `body${inner}`), '400'],
    ['behind xchunked', post('transfer-encoding: xchunked\r\n', chunked(inner)), '501'],
    ['behind a second coding', post('transfer-encoding: gzip, chunked\r\n', chunked(inner)), '501'],
    [
      'behind identity after chunked',
      post('transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n', chunked(inner)),
      '400',
    ],
    ['behind a vertical tab', post('transfer-encoding:\x0bchunked\r\n', chunked(inner)), '400'],
    [
      'behind a bare line feed after a header',
      post(`x: y\ncontent-length: ${inner.length}\r\n`, inner),
      '400',
    ],
    ['behind a bare carriage return', post(`x: y\rcontent-length: ${inner.length}\r\n`, inner), '400'],
    ['behind a space before the colon', post(`content-length : ${inner.length}\r\n`, inner), '400'],
    ['behind a header name with a space', post(`x content-length: ${inner.length}\r\n`, inner), '400'],
    [
      'behind header lines beyond count',
      post(`${'a:\r\n'.repeat(2_100)}content-length: ${inner.length}\r\n`, inner, 'DELETE'),
      '431',
    ],
    [
      'behind chunked in HTTP/1.0',
      post('transfer-encoding: chunked\r\n', chunked(inner)).replace('HTTP/1.1', 'HTTP/1.0'),
      '400',
    ],
  ])('%s', async (_where, bytes, status) => {
    expect(await attempt(bytes)).toEqual({ seen: [], status });
  });

  it.each([
    ['a GET with a body', post(`content-length: ${inner.length}\r\n`, inner, 'GET'), `GET /api/x ${inner}`],
    [
      'a DELETE in chunks',
      post('transfer-encoding: chunked\r\n', chunked(inner), 'DELETE'),
      `DELETE /api/x ${inner}`,
    ],
    [
      'an OPTIONS in chunks',
      post('transfer-encoding: Chunked\r\n', chunked(inner), 'OPTIONS'),
      `OPTIONS /api/x ${inner}`,
    ],
    [
      'chunk extensions',
      post('transfer-encoding: chunked\r\n', `2;x="${'y'.repeat(20)}"\r\nhi\r\n0;z\r\n\r\n`),
      'POST /api/x hi',
    ],
    [
      'a length that Connection names',
      post(`connection: content-length\r\ncontent-length: ${inner.length}\r\n`, inner),
      `POST /api/x ${inner}`,
    ],
    [
      'a coding that Connection names',
      post('connection: transfer-encoding\r\ntransfer-encoding: chunked\r\n', chunked(inner)),
      `POST /api/x ${inner}`,
    ],
    [
      'an underscore in a name',
      post(`content_length: ${inner.length}\r\ncontent-length: 2\r\n`, 'hi'),
      'POST /api/x hi',
    ],
  ])('in %s: it stays a body', async (_what, bytes, line) => {
    expect(await attempt(bytes)).toEqual({ seen: [line], status: '200' });
  });

  it.each([
    ['a chunk line that ends in a line feed', `2\nhi\n0\n\n${inner}`],
    ['a chunk size with a sign', `-2\r\nhi\r\n0\r\n\r\n${inner}`],
    ['a hexadecimal prefix', `0x2\r\nhi\r\n0\r\n\r\n${inner}`],
    ['a chunk longer than said', `2\r\nhi there\r\n0\r\n\r\n${inner}`],
  ])('behind %s: no request is made of it at all', async (_what, body) => {
    const { seen } = await attempt(post('transfer-encoding: chunked\r\n', body));
    expect(seen).toEqual([]);
  });
});

describe('a path that was not allowed', () => {
  it.each([
    '/secret',
    '//api/x',
    '/api//secret',
    '/api/../secret',
    '/api/..',
    '/api/./x',
    '/api/..;/secret',
    '/api/.;/secret',
    '/api;/../secret',
    '/api/%2e%2e/secret',
    '/api/.%2E/secret',
    '/api/%2e/x',
    '/api/x%2f..%2fsecret',
    '/api/x%5c..%5csecret',
    '/api/..\\secret',
    '/api/%252e%252e/secret',
    '/api/%00',
    '/api/x%0d%0ahost:%20y',
    '/api/%zz',
    '/api/x%',
    '/api/x#/../../secret',
    '/api/%23',
    '/api/caf\xe9',
    '/api/x\x7f',
    '/api/x\x00',
    '/api/x\t/y',
    'http://localhost/api/x',
    'http://evil.example/api/x',
    'localhost:80',
    '*',
    'api/x',
    '/api/x\r\nx: y\r\n\r\nGET /secret',
    '?/api/x',
  ])('is not reached as %j', async (path) => {
    const { seen, status } = await attempt(`GET ${path} HTTP/1.1\r\n${host}${auth}\r\n`);
    expect(seen).toEqual([]);
    expect(['400', '401', '404']).toContain(status);
  });

  it('is not reached by CONNECT either', async () => {
    expect(await attempt(`CONNECT localhost:80 HTTP/1.1\r\n${host}${auth}\r\n${inner}`)).toMatchObject({
      seen: [],
    });
  });

  it.each([
    '/api/x',
    '/api/x-1/y_2.json',
    '/api/a%20b',
    '/api/x?path=../../secret&y=%00',
    '/api/.well-known',
    '/api/x..y',
    '/',
  ])('and one that was, %s, is reached as it came', async (path) => {
    expect(await attempt(`GET ${path} HTTP/1.1\r\n${host}${auth}\r\n`)).toEqual({
      seen: [`GET ${path}`],
      status: '200',
    });
  });

  it('is not another method’s: only the descriptor’s methods pass', async () => {
    expect(await attempt(`DELETE / HTTP/1.1\r\n${host}${auth}\r\n`)).toEqual({ seen: [], status: '405' });
  });
});
