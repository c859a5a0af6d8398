import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { discard, sendError } from './answer.ts';
import { hasHeader, requestHeaders, responseHeaders } from './headers.ts';

/** Where a request goes: a Unix socket or a loopback port, with headers of our own. */
export interface Target {
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly agent: Agent | false;
  /** Bytes of the largest body, for one whose length is not told before. */
  readonly bodyLimit?: number;
  /** Code and sentence when nobody answers there. */
  readonly unavailable: { readonly code: string; readonly message: string };
}

/**
 * One request through: byte for byte both ways, nothing buffered. Either side's end ends the other, so that a
 * client that leaves frees the runtime, and a runtime that dies in mid-answer is not a silent hang. A client that
 * ends its side before the answer counts as gone, as it does for nginx: nothing else tells of an abandoned stream.
 */
export function forward(client: IncomingMessage, answer: ServerResponse, target: Target): void {
  // An answer of our own on the same connection may have left one (answer.ts).
  if (client.socket.timeout) client.socket.setTimeout(0);
  const framing = bodyHeaders(client);
  const upstream = openUpstream(client, target, framing);
  let answered = false;
  upstream.on('response', (received) => {
    // It died before its end.
    received.on('error', () => answer.destroy());
    const status = received.statusCode ?? 0;
    // Node's parser lets a status of 000 pass, and its writer throws on it.
    if (status < 200) return upstream.destroy();
    answered = true;
    answer.writeHead(status, received.statusMessage ?? '', responseHeaders(received.rawHeaders));
    // An event stream's first event may be minutes away; its headers must not wait for it.
    if (!hasHeader(received.rawHeaders, 'content-length')) answer.flushHeaders();
    received.pipe(answer);
  });
  upstream.on('continue', () => answer.writeContinue());
  upstream.on('error', () => undefined);
  upstream.on('close', () => {
    if (!answered)
      sendError(answer, 503, target.unavailable.code, target.unavailable.message, { 'retry-after': '1' });
  });
  // `close` without `finish`: the client went away.
  answer.on('close', () => {
    if (!answer.writableFinished) upstream.destroy();
  });
  answer.on('finish', () => {
    if (client.complete) return;
    client.unpipe(upstream);
    upstream.destroy();
    discard(client);
  });
  client.on('error', () => upstream.destroy());
  // Bytes without framing would be read as the next request on a connection that is kept.
  if (framing.length === 0) return void upstream.end();
  // The runtime may have an answer, or a 100, before the body's first byte.
  upstream.flushHeaders();
  client.pipe(upstream);
  if (target.bodyLimit !== undefined) limitBody(client, answer, upstream, target.bodyLimit);
}

/** Ends a request as soon as its body is too large. */
function limitBody(
  client: IncomingMessage,
  answer: ServerResponse,
  upstream: ClientRequest,
  limit: number,
): void {
  let size = 0;
  const count = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= limit) return;
    client.off('data', count);
    client.unpipe(upstream);
    sendError(answer, 413, 'request_too_large', `the body is larger than ${limit / 1024} KiB`);
    upstream.destroy();
  };
  client.on('data', count);
}

/** The request to the other side: the client's end-to-end headers, what frames it, the target's own. */
export function openUpstream(
  client: IncomingMessage,
  target: Target,
  framing: readonly string[],
): ClientRequest {
  return request({
    ...target.address,
    agent: target.agent,
    method: client.method ?? 'GET',
    path: client.url ?? '/',
    headers: ['host', 'localhost', ...requestHeaders(client.rawHeaders), ...framing, ...target.headers],
    setDefaultHeaders: false,
  });
}

/** The framing stays as it was received: one of the two, never both, never guessed. */
function bodyHeaders(client: IncomingMessage): string[] {
  if (client.headers['transfer-encoding']) return ['transfer-encoding', 'chunked'];
  const length = client.headers['content-length'];
  return length === undefined ? [] : ['content-length', length];
}
