import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { ExposedPath } from '../../runtimes/contract.ts';
import { forward, type Target } from './forward.ts';
import { createListeners, type HttpLimits, type HttpPorts } from './server.ts';
import { forwardUpgrade } from './upgrade.ts';

export const token = 'outer-token';
export const auth = `authorization: Bearer ${token}\r\n`;
export const host = 'host: agent.example\r\n';

/** Everything that one test opened. */
export interface Stage {
  readonly listen: (server: Server) => Promise<number>;
  /** A runtime that answers like this. */
  readonly upstream: (listener: RequestListener) => Promise<number>;
  /** The pipe alone. */
  readonly pipe: (upstream: number, agent?: Agent | false) => Promise<number>;
  /** PID 1's port with the gate before the pipe. */
  readonly front: (upstream: number | undefined, options?: FrontOptions) => Promise<number>;
  readonly dial: (port: number, text?: string) => Client;
  readonly close: () => void;
}

export interface FrontOptions {
  readonly limits?: HttpLimits;
  readonly paths?: readonly ExposedPath[];
  readonly ports?: Partial<HttpPorts>;
}

/** A client that writes bytes and sees bytes. */
export interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  /** All text so far, once it matches. */
  readonly sees: (pattern: RegExp) => Promise<string>;
  /** All text, once the other side has closed. */
  readonly end: Promise<string>;
}

const exposed: readonly ExposedPath[] = [
  { methods: ['GET'], path: /^\/$/ },
  { methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'], path: /^\/(api|tools)\/.*$/ },
];

export function createStage(): Stage {
  const servers: Server[] = [];
  const clients: Socket[] = [];
  const listen = (server: Server): Promise<number> => {
    servers.push(server);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  };
  return {
    listen,
    upstream: (listener) => listen(createServer(listener)),
    pipe: (upstream, agent = new Agent({ keepAlive: true })) => {
      const target: Target = {
        address: { host: '127.0.0.1', port: upstream },
        headers: ['authorization', 'Bearer inner'],
        agent,
        unavailable: { code: 'runtime_unavailable', message: 'nobody there' },
      };
      const server = createServer((request, response) => forward(request, response, target));
      server.on('checkContinue', (request, response) => forward(request, response, target));
      server.on('upgrade', (request, socket, head) => forwardUpgrade(request, socket, head, target));
      return listen(server);
    },
    front: (upstream, { limits, paths = exposed, ports = {} } = {}) => {
      const endpoint =
        upstream === undefined ? undefined : { host: '127.0.0.1' as const, port: upstream, bearer: 'inner' };
      const { open } = createListeners(
        {
          health: () => ({ status: 'ready', reasons: [] }) as never,
          status: () => ({ known: 'only to holders of the token' }),
          channels: () => undefined,
          metrics: () => 'clawden_up 1\n',
          token: () => token,
          relay: () => undefined,
          native: () => ({ endpoint, paths }),
          ...ports,
        },
        ...(limits ? [limits] : []),
      );
      return listen(open);
    },
    dial: (port, text = '') => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      clients.push(socket);
      return talk(socket, text);
    },
    close: () => {
      for (const socket of clients.splice(0)) socket.destroy();
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function talk(socket: Socket, text: string): Client {
  let got = '';
  let looking: (() => void)[] = [];
  const look = (): void => {
    for (const each of looking) each();
  };
  socket.on('data', (chunk) => {
    got += chunk.toString('latin1');
    look();
  });
  const end = new Promise<string>((resolve) => {
    socket.on('error', () => resolve(got));
    socket.on('close', () => resolve(got));
    socket.on('end', () => resolve(got));
  });
  if (text) socket.write(text, 'latin1');
  return {
    socket,
    text: () => got,
    end,
    sees: (pattern) =>
      new Promise((resolve, reject) => {
        const each = (): void => {
          if (!pattern.test(got)) return;
          looking = looking.filter((other) => other !== each);
          resolve(got);
        };
        looking.push(each);
        void end.then(() =>
          reject(new Error(`closed before ${pattern}: ${JSON.stringify(got.slice(0, 500))}`)),
        );
        each();
      }),
  };
}
