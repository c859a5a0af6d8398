/** PID 1's port alone, before a runtime that floods; tells its port, then its own memory whenever it is asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createListeners } from '../../supervisor/http/server.ts';

const megabyte = Buffer.alloc(1024 * 1024, 'x');
/** The flood ends here, should nothing hold it back: a broken proxy must not take the machine with it. */
const enough = 500;
let sent = 0;
let taken = 0;

const runtime = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    taken += chunk.length;
    // It reads the first of a body and then no more.
    request.pause();
  });
  if (request.method === 'POST') return;
  const pour = (): void => {
    while (sent < enough && response.write(megabyte)) sent += 1;
    sent += 1;
  };
  response.on('drain', pour);
  pour();
});
runtime.on('upgrade', (_request, socket) => {
  socket.on('error', () => undefined);
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
  const pour = (): void => {
    while (sent < enough && socket.write(megabyte)) sent += 1;
    sent += 1;
  };
  socket.on('drain', pour);
  pour();
});

runtime.listen(0, '127.0.0.1', () => {
  const { open } = createListeners({
    health: () => ({ status: 'ready', reasons: [] }) as never,
    status: () => ({}),
    channels: () => undefined,
    metrics: () => '',
    token: () => 'outer-token',
    relay: () => undefined,
    native: () => ({
      endpoint: { host: '127.0.0.1', port: (runtime.address() as AddressInfo).port, bearer: 'inner' },
      paths: [{ methods: ['GET', 'POST'], path: /^\/(api\/\w+)?$/ }],
    }),
  });
  open.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
    process.send?.({ port: (open.address() as AddressInfo).port }),
  );
});

process.on('message', () => {
  global.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, held: heapUsed + external, sent, taken });
});
