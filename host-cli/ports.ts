import { createServer } from 'node:net';

/** Whether a program may listen on that port of this machine's loopback address. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free port at or above `start`. */
export async function nextFree(start: number): Promise<number> {
  for (let port = start; port < 65536; port += 1) {
    if (await isFree(port)) return port;
  }
  return 0;
}
