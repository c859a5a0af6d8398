import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createStage, host } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

describe('a runtime that speaks nonsense', () => {
  it.each([
    ['a status of 000', 'HTTP/1.1 000 None\r\ncontent-length: 0\r\n\r\n', 503],
    ['a status of 099', 'HTTP/1.1 099 None\r\ncontent-length: 0\r\n\r\n', 503],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      503,
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n', 503],
    ['nothing', '', 503],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}`, 503],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 503],
    ['odd letters in the reason', 'HTTP/1.1 200 \xe9\xff\r\ncontent-length: 2\r\n\r\nok', 200],
    ['a status of 999', 'HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nok', 999],
  ])('and answers with %s does no harm', async (_what, bytes, status) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes, 'latin1'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = await stage.pipe((server.address() as { port: number }).port);
    const got = await stage.dial(port, `GET / HTTP/1.1\r\n${host}connection: close\r\n\r\n`).end;
    server.close();
    expect(got).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});
