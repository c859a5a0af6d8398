import { chmodSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Endpoint, ExposedPath } from '../../runtimes/contract.ts';
import { sendError, sendJson } from './answer.ts';
import { forward, forwardUpgrade, type Target } from './forward.ts';
import { type Health, isAlive, isReady } from './health.ts';
import { bearer, sameSecret } from './token.ts';

export interface HttpPorts {
  readonly health: () => Health;
  /** Body of /clawden/v1/status. */
  readonly status: () => unknown;
  readonly metrics: () => string;
  /** Undefined until the plan is made. */
  readonly token: () => string | undefined;
  readonly relay: () => { readonly socketPath: string; readonly internalKey: string } | undefined;
  /** The runtime's own surface, when it serves and the plan exposes it. */
  readonly native: () => { readonly endpoint: Endpoint; readonly paths: readonly ExposedPath[] } | undefined;
}

/** Both listeners of PID 1: the socket for probes from inside, the port for the world. */
export function createListeners(ports: HttpPorts): { readonly local: Server; readonly open: Server } {
  const relayAgent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const nativeAgent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  function local(request: IncomingMessage, response: ServerResponse): void {
    if (!observed(request, response, ports))
      sendError(response, 404, 'not_found', 'not served on this socket');
  }

  function open(request: IncomingMessage, response: ServerResponse): void {
    if (observed(request, response, ports)) return;
    const path = pathOf(request);
    const target = route(path);
    if (target === 'none') return sendError(response, 404, 'not_found', `nothing is served at ${path}`);
    if (!allowed(request)) {
      const hint = 'send Authorization: Bearer with the value of CLAWDEN_TOKEN';
      return sendError(response, 401, 'invalid_token', hint, { 'www-authenticate': 'Bearer' });
    }
    if (target === 'clawden') return sendStatus(request, response, path);
    const to = target === 'relay' ? relayTarget() : nativeTarget(request, path);
    if (!to) return sendError(response, 503, 'unavailable', 'not ready yet', { 'retry-after': '1' });
    forward(request, response, to);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request);
    const refused = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    };
    if (route(path) !== 'native') return refused('404 Not Found');
    if (!allowed(request)) return refused('401 Unauthorized');
    const to = nativeTarget(request, path);
    if (!to) return refused('503 Service Unavailable');
    forwardUpgrade(request, socket, head, to);
  }

  function route(path: string): 'clawden' | 'relay' | 'native' | 'none' {
    if (path.startsWith('/clawden/')) return 'clawden';
    if (path === '/v1' || path.startsWith('/v1/')) return 'relay';
    const exposed = ports.native();
    return exposed?.paths.some((candidate) => candidate.path.test(path)) ? 'native' : 'none';
  }

  function allowed(request: IncomingMessage): boolean {
    const token = ports.token();
    const given = bearer(request);
    return token !== undefined && given !== undefined && sameSecret(given, token);
  }

  function sendStatus(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (path !== '/clawden/v1/status') return sendError(response, 404, 'not_found', `no ${path}`);
    if (request.method !== 'GET') return sendError(response, 405, 'method_not_allowed', 'use GET');
    sendJson(response, 200, ports.status());
  }

  function relayTarget(): Target | undefined {
    const relay = ports.relay();
    return (
      relay && {
        address: { socketPath: relay.socketPath },
        headers: [['x-clawden-internal', relay.internalKey]],
        agent: relayAgent,
        unavailable: { code: 'relay_unavailable', message: 'the relay is being restarted, try again' },
      }
    );
  }

  function nativeTarget(request: IncomingMessage, path: string): Target | undefined {
    const native = ports.native();
    const known = native?.paths.some(
      (exposed) => exposed.methods.includes(request.method ?? '') && exposed.path.test(path),
    );
    if (!native || !known) return undefined;
    return {
      address: { host: native.endpoint.host, port: native.endpoint.port },
      headers: [
        ['authorization', `Bearer ${native.endpoint.bearer}`],
        ['x-forwarded-for', request.socket.remoteAddress ?? '0.0.0.0'],
        ['x-forwarded-proto', 'http'],
      ],
      agent: nativeAgent,
      unavailable: { code: 'runtime_unavailable', message: 'the runtime does not answer' },
    };
  }

  const openServer = createServer({ headersTimeout: 15_000 }, open);
  openServer.on('upgrade', upgrade);
  openServer.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  return { local: createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, local), open: openServer };
}

/** Listens on a Unix socket that the health probe of any uid in the container may ask. */
export function listenSocket(server: Server, path: string): Promise<void> {
  // A socket file left by a killed predecessor would refuse the bind, and so would a folder that somebody put there.
  rmSync(path, { recursive: true, force: true });
  return listening(server, () => server.listen(path)).then(() => chmodSync(path, 0o666));
}

export function listenPort(server: Server, port: number): Promise<void> {
  return listening(server, () => server.listen(port));
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

/** Health, readiness and metrics: no token, reason codes only. */
function observed(request: IncomingMessage, response: ServerResponse, ports: HttpPorts): boolean {
  const path = pathOf(request);
  if (path !== '/health' && path !== '/ready' && path !== '/metrics') return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendError(response, 405, 'method_not_allowed', 'use GET');
    return true;
  }
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(ports.metrics());
    return true;
  }
  const body = ports.health();
  const strict = new URLSearchParams(request.url?.split('?')[1]).get('channels') === '1';
  const good = path === '/health' ? isAlive(body) : isReady(body, strict);
  sendJson(response, good ? 200 : 503, body);
  return true;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}
