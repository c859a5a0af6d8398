/**
 * One server of the proxy benchmark, in a process of its own: `node proxy-servers.ts ours|pipe|runtime PORT`. The pipe is
 * the least that a proxy must do to pass through requests and leave nothing behind; it checks nothing.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createListeners } from '../../supervisor/http/server.ts';

const [kind, upstream] = [process.argv[2], Number(process.argv[3])];
const answer = JSON.stringify({ text: 'x'.repeat(889) });

const servers: Readonly<Record<string, () => Server>> = { ours, pipe, runtime };
const server = servers[kind ?? '']?.();
server?.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

function ours(): Server {
  return createListeners({
    health: () => ({ status: 'ready' }) as never,
    status: () => ({}),
    channels: () => undefined,
    metrics: () => '',
    token: () => 'test-token-0123456789',
    relay: () => undefined,
    native: () => ({
      endpoint: { host: '127.0.0.1', port: upstream, bearer: 'inner' },
      paths: [
        { methods: ['GET'], path: /^\/$/ },
        { methods: ['GET', 'POST'], path: /^\/(api|tools)\/[\w./-]*$/ },
      ],
    }),
  }).open;
}

function runtime(): Server {
  const made = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
      .end(answer);
  });
  made.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  return made;
}

function pipe(): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const made = createServer((from: IncomingMessage, to: ServerResponse) => {
    const asked = request({ host: '127.0.0.1', port: upstream, agent, ...head(from) });
    asked.on('response', (got) => {
      to.writeHead(got.statusCode ?? 502, got.statusMessage, endToEnd(got.rawHeaders));
      got.pipe(to);
      got.on('aborted', () => to.destroy());
    });
    asked.on('error', () => (to.headersSent ? to.destroy() : to.writeHead(502).end()));
    to.on('close', () => to.writableFinished || asked.destroy());
    from.pipe(asked);
  });
  made.on('upgrade', (from: IncomingMessage, socket: Duplex, early: Buffer) => {
    const { headers, ...rest } = head(from);
    const upgrade = ['connection', 'Upgrade', 'upgrade', 'websocket'];
    const asked = request({
      host: '127.0.0.1',
      port: upstream,
      agent: false,
      ...rest,
      headers: [...headers, ...upgrade],
    });
    socket.on('error', () => asked.destroy());
    asked.on('error', () => socket.destroy());
    asked.on('upgrade', (_got, other, late) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
      if (late.length > 0) socket.write(late);
      if (early.length > 0) other.write(early);
      other.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.on('close', () => other.destroy());
      socket.pipe(other).pipe(socket);
    });
    asked.end();
  });
  return made;
}

function head(from: IncomingMessage): {
  method: string;
  path: string;
  headers: string[];
  setDefaultHeaders: false;
} {
  const headers = endToEnd(from.rawHeaders);
  if (from.headers['transfer-encoding']) headers.push('transfer-encoding', 'chunked');
  return { method: from.method ?? 'GET', path: from.url ?? '/', headers, setDefaultHeaders: false };
}

function endToEnd(raw: readonly string[]): string[] {
  const named = new Set([
    'connection',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ]);
  for (let index = 0; index < raw.length; index += 2)
    if (raw[index]?.toLowerCase() === 'connection')
      for (const name of raw[index + 1]?.split(',') ?? []) named.add(name.trim().toLowerCase());
  return raw.filter((_word, index) => !named.has(raw[index & ~1]?.toLowerCase() ?? ''));
}
