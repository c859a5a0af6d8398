import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

export interface FakeInternet {
  readonly port: number;
  close(): Promise<void>;
}

/** An HTTPS proxy in whose internet every host is the server at `port`, for clients with a fixed address. */
export async function startProxy(host: string, port: number): Promise<FakeInternet> {
  const sockets = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (_request, client: net.Socket) => {
    const platform = net.connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(platform).pipe(client);
    });
    for (const [one, other] of [
      [client, platform],
      [platform, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => sockets.delete(one));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}
