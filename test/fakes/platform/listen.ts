import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Listening, Where } from '../testing/platform.ts';

export type { Listening, Where } from '../testing/platform.ts';

export interface Handlers {
  readonly request: (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>;
  readonly socket: (socket: WebSocket, request: http.IncomingMessage) => void;
}

/** One server for a platform's HTTP API and its WebSocket. */
export async function listen(where: Where, handlers: Handlers): Promise<Listening> {
  const { host = '127.0.0.1', port = 0, tls } = where;
  const onRequest: http.RequestListener = (request, response) => {
    // A client that hangs up in the middle of its body must not take the server with it.
    handlers.request(request, response).catch(() => response.destroy());
  };
  const server = tls ? https.createServer(tls, onRequest) : http.createServer(onRequest);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    // A client that is killed resets its connection, which is an error to the socket.
    socket.on('error', () => {});
    handlers.socket(socket, request);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The WebSocket address at which the asking client reaches this server: the host that it used itself. */
export function socketUrl(request: http.IncomingMessage): string {
  return `${'encrypted' in request.socket ? 'wss' : 'ws'}://${request.headers.host}`;
}

/** The HTTP address of this server as the asking client reaches it. */
export function httpUrl(request: http.IncomingMessage): string {
  return socketUrl(request).replace('ws', 'http');
}
