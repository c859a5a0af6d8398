import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { sendError } from './answer.ts';
import { endToEnd, requestHeaders } from './headers.ts';

/** Where a request goes: a Unix socket or a loopback port, with headers of our own. */
export interface Target {
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  readonly headers: readonly (readonly [string, string])[];
  readonly agent: Agent | false;
  /** Code and sentence when nobody answers there. */
  readonly unavailable: { readonly code: string; readonly message: string };
}

/**
 * One request through: byte for byte both ways, nothing buffered. Either side's end ends the other, so that a
 * client that leaves frees the runtime, and a runtime that dies in mid-answer is not a silent hang.
 */
export function forward(client: IncomingMessage, answer: ServerResponse, target: Target): void {
  const upstream = open(client, target, bodyHeaders(client));
  upstream.on('response', (response) => {
    answer.writeHead(
      response.statusCode ?? 502,
      response.statusMessage ?? '',
      endToEnd(response.rawHeaders).flat(),
    );
    // An event stream's first event may be minutes away; its headers must not wait for it.
    if (response.headers['content-length'] === undefined) answer.flushHeaders();
    response.pipe(answer);
    response.on('error', () => answer.destroy());
    response.on('aborted', () => answer.destroy());
  });
  upstream.on('error', () => {
    if (answer.headersSent) answer.destroy();
    else sendError(answer, 503, target.unavailable.code, target.unavailable.message, { 'retry-after': '1' });
  });
  // `close` without `finish`: the client went away.
  answer.on('close', () => {
    if (!answer.writableFinished) upstream.destroy();
  });
  client.on('error', () => upstream.destroy());
  client.pipe(upstream);
}

/** A WebSocket handshake through; refused ones are answered and closed. */
export function forwardUpgrade(client: IncomingMessage, socket: Duplex, head: Buffer, target: Target): void {
  let upstream: ClientRequest | undefined;
  // First of all: a reset while the upgrade is pending would be an uncaught error, and end PID 1.
  socket.on('error', () => upstream?.destroy());
  socket.on('close', () => upstream?.destroy());
  upstream = open(client, { ...target, agent: false }, [
    ['connection', 'Upgrade'],
    ['upgrade', client.headers.upgrade ?? ''],
  ]);
  upstream.on('error', () => {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  upstream.on('response', (response) => {
    // Refused: its body is passed on without framing headers, ended by the close.
    const lines = endToEnd(response.rawHeaders)
      .filter(([name]) => name.toLowerCase() !== 'content-length')
      .map(([name, value]) => `${name}: ${value}`);
    const status = `HTTP/1.1 ${response.statusCode} ${response.statusMessage}`;
    socket.write(`${[status, ...lines, 'connection: close'].join('\r\n')}\r\n\r\n`);
    response.on('error', () => socket.destroy());
    response.pipe(socket);
  });
  upstream.on('upgrade', (response, other, otherHead) => {
    const lines = endToEnd(response.rawHeaders).map(([name, value]) => `${name}: ${value}`);
    const upgraded = [
      `HTTP/1.1 101 Switching Protocols`,
      ...lines,
      'connection: Upgrade',
      `upgrade: ${client.headers.upgrade}`,
    ];
    socket.write(`${upgraded.join('\r\n')}\r\n\r\n`);
    if (otherHead.length > 0) socket.write(otherHead);
    if (head.length > 0) other.write(head);
    join(socket, other);
    join(other, socket);
    socket.pipe(other);
    other.pipe(socket);
  });
  upstream.end();
}

function join(from: Duplex, to: Duplex): void {
  if ('setTimeout' in from) (from as Duplex & { setTimeout: (delay: number) => void }).setTimeout(0);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
  // Server sockets are half-open: without this a peer that only ended would hold both sides for ever.
  from.on('end', () => to.end());
}

function open(
  client: IncomingMessage,
  target: Target,
  own: readonly (readonly [string, string])[],
): ClientRequest {
  const drop = new Set(own.map(([name]) => name));
  const headers = requestHeaders(client.rawHeaders).filter(([name]) => !drop.has(name.toLowerCase()));
  return request({
    ...target.address,
    agent: target.agent,
    method: client.method ?? 'GET',
    path: client.url ?? '/',
    headers: [['host', 'localhost'], ...headers, ...own, ...target.headers].flat(),
    setDefaultHeaders: false,
  });
}

/** The framing stays as it was received: one of the two, never both, never guessed. */
function bodyHeaders(client: IncomingMessage): [string, string][] {
  if (client.headers['transfer-encoding']) return [['transfer-encoding', 'chunked']];
  const length = client.headers['content-length'];
  return length === undefined ? [] : [['content-length', length]];
}
