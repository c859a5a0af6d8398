import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface EngineProxy {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** The engine is gone, also for those who are talking to it. */
  close(): void;
}

/** The engine of this machine at a TCP address. */
export async function engineProxy(address: string): Promise<EngineProxy> {
  const socket = process.env.DOCKER_HOST?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock';
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: socket, allowHalfOpen: true });
    for (const end of [near, far]) {
      open.add(end);
      end.on('error', () => end.destroy()).on('close', () => open.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    host: `tcp://${address}:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      for (const end of open) end.destroy();
    },
  };
}
