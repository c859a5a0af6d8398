import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from './check.ts';

const never = new AbortController().signal;
const secret = '0123456789abcdef';
let server: Server;
let url = '';
let status = 405;
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (status === 0) return;
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in/key-of-the-path`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (fields: Record<string, string>, signal = never) =>
  check({ fields, secrets: { secret } }, signal);

test.each([200, 301, 401, 404, 405, 501])(
  'a url that answers HEAD with %i is there, and gets no reply to read',
  async (code) => {
    status = code;
    expect(await ask({ url })).toMatchObject({ reason: null, details: { cause: 'url-answers' } });
    expect(asked).toEqual(['HEAD /in/key-of-the-path']);
  },
);

test('a url whose server fails is of no use', async () => {
  status = 502;
  const found = await ask({ url });
  expect(found).toMatchObject({
    reason: 'unreachable',
    servable: true,
    details: { cause: 'platform-error' },
  });
  expect(JSON.stringify(found)).not.toContain('key-of-the-path');
});

test('a url where nobody is, and one that hangs, are told apart', async () => {
  expect(await ask({ url: 'http://127.0.0.1:1/in' })).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'no-network' },
  });
  status = 0;
  expect(await ask({ url }, AbortSignal.timeout(50))).toMatchObject({
    reason: 'unreachable',
    details: { cause: 'slow' },
  });
});

test('without a url there is nothing to ask, and without a secret that is said', async () => {
  expect(await ask({})).toMatchObject({ reason: null, details: { cause: 'nothing-to-ask' } });
  expect(await check({ fields: { url }, secrets: {} }, never)).toEqual({ reason: 'token-missing' });
});
