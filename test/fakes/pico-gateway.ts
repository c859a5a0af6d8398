import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Endpoint } from '../../runtimes/contract.ts';

/** A frame's payload, so many milliseconds after the one before. */
export type Timed = readonly [number, object];

export interface PicoGateway {
  readonly endpoint: Endpoint;
  readonly close: () => void;
}

/** A gateway whose pico channel answers each message with these frames, and hands out files by their paths. */
export async function startPicoGateway(
  frames: readonly Timed[],
  files: Readonly<Record<string, Buffer>>,
): Promise<PicoGateway> {
  const server = createServer(({ url = '', headers }, response) => {
    const known = headers.authorization === 'Bearer secret';
    const file = files[url];
    response.writeHead(known ? (file ? 200 : 404) : 401).end(known ? file : '');
  }).listen(0, '127.0.0.1');
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) =>
    socket.on('message', async () => {
      for (const [wait, payload] of frames) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        socket.send(JSON.stringify({ type: 'message.create', payload }));
      }
    }),
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { host: '127.0.0.1', port, bearer: 'secret' },
    close: () => {
      for (const client of sockets.clients) client.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The model asked for these tools at once. */
export function calls(...names: string[]): object {
  return { content: '', kind: 'tool_calls', tool_calls: names.map((name) => ({ function: { name } })) };
}

/** A file is handed out. */
export function offer(name: string, url = `/pico/media/${name}`): object {
  const attachment = { type: 'file', url, filename: `${name}.txt`, content_type: 'text/plain' };
  return { content: '', attachments: [attachment] };
}
