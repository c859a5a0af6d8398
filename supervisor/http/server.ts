import { chmodSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { sendError, sendJson, sendText } from './answer.ts';
import { answerChannels, type ChannelsApi } from './channels-api.ts';
import { forward, type Target } from './forward.ts';
import { type GatePorts, hookBody, judge, pathOf, type Verdict } from './gate.ts';
import { type Health, isAlive, isReady } from './health.ts';
import { forwardUpgrade, isWebSocket } from './upgrade.ts';

type NativeVerdict = Extract<Verdict, { kind: 'native' }>;

export interface HttpPorts extends GatePorts {
  readonly health: () => Health;
  /** Body of /clawden/v1/status. */
  readonly status: () => unknown;
  /** Undefined until the plan is made. */
  readonly channels: () => ChannelsApi | undefined;
  readonly metrics: () => string;
  readonly relay: () => { readonly socketPath: string; readonly internalKey: string } | undefined;
}

/** Time limits in milliseconds, and how many clients at once. */
export interface HttpLimits {
  /** From the connection, or the previous answer's end, to the end of a request's head. */
  readonly head: number;
  /** To the end of its body. */
  readonly request: number;
  /** Between two requests; longer than the minute of most load balancers, which would else ask a closed connection. */
  readonly idle: number;
  /** How often the first two are looked at. */
  readonly check: number;
  readonly connections: number;
}

const limits: HttpLimits = {
  head: 15_000,
  request: 300_000,
  idle: 65_000,
  check: 5_000,
  connections: 10_000,
};

/** Both listeners of PID 1: the socket for probes from inside, the port for the world. */
export function createListeners(
  ports: HttpPorts,
  { head, request, idle, check, connections }: HttpLimits = limits,
): { readonly local: Server; readonly open: Server } {
  const relayAgent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const nativeAgent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  function local(request: IncomingMessage, response: ServerResponse): void {
    if (!observed(request, response, ports))
      sendError(response, 404, 'not_found', 'not served on this socket');
  }

  function open(request: IncomingMessage, response: ServerResponse): void {
    const verdict = judge(request, ports);
    switch (verdict.kind) {
      case 'observed':
        return void observed(request, response, ports);
      case 'clawden':
        if (answerChannels(request, response, verdict.path, ports.channels())) return;
        return sendStatus(request, response, verdict.path);
      case 'relay':
      case 'hook': {
        const relay = relayTarget();
        const limit = verdict.kind === 'hook' ? { bodyLimit: hookBody } : {};
        if (relay) return forward(request, response, { ...relay, ...limit });
        return sendError(response, 503, 'unavailable', 'not ready yet', { 'retry-after': '1' });
      }
      case 'native':
        return forward(request, response, nativeTarget(request, verdict));
      case 'refused':
        return sendError(response, verdict.status, verdict.code, verdict.message, verdict.headers);
      default: {
        const never: never = verdict;
        return never;
      }
    }
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const verdict = judge(request, ports);
    if (verdict.kind !== 'native') return void socket.destroy();
    forwardUpgrade(request, socket, head, nativeTarget(request, verdict));
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
        headers: ['x-clawden-internal', relay.internalKey],
        agent: relayAgent,
        unavailable: { code: 'relay_unavailable', message: 'the relay is being restarted, try again' },
      }
    );
  }

  function nativeTarget(request: IncomingMessage, { endpoint, local: asLocal }: NativeVerdict): Target {
    const came = ['x-forwarded-for', request.socket.remoteAddress ?? '0.0.0.0', 'x-forwarded-proto', 'http'];
    return {
      address: { host: endpoint.host, port: endpoint.port },
      headers: ['authorization', `Bearer ${endpoint.bearer}`, ...(asLocal ? [] : came)],
      agent: nativeAgent,
      unavailable: { code: 'runtime_unavailable', message: 'the runtime does not answer' },
    };
  }

  const openServer = createServer(
    {
      headersTimeout: head,
      requestTimeout: request,
      keepAliveTimeout: idle,
      connectionsCheckingInterval: check,
      maxHeaderSize: 16 * 1024,
      // A client whose machine is gone says nothing; the kernel asks it.
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      // Every other one, refused ones too, is a request like any other and answered as such.
      shouldUpgradeCallback: (asked) => isWebSocket(asked) && judge(asked, ports).kind === 'native',
    },
    open,
  );
  openServer.maxConnections = connections;
  openServer.on('checkContinue', open);
  openServer.on('upgrade', upgrade);
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

/** Health, readiness and metrics: no token, reason codes only, and no header that lets a page of elsewhere read them. */
function observed(request: IncomingMessage, response: ServerResponse, ports: HttpPorts): boolean {
  const path = pathOf(request);
  if (path !== '/health' && path !== '/ready' && path !== '/metrics') return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendError(response, 405, 'method_not_allowed', 'use GET');
    return true;
  }
  if (path === '/metrics') {
    sendText(response, 200, ports.metrics(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    return true;
  }
  const body = ports.health();
  const strict = new URLSearchParams(request.url?.split('?')[1]).get('channels') === '1';
  const good = path === '/health' ? isAlive(body) : isReady(body, strict);
  sendJson(response, good ? 200 : 503, body);
  return true;
}
