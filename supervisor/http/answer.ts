import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a client may leave an answer of ours unread. */
const unread = 30_000;

/** How much more of a body is read after its answer, so that the client gets to see the answer and not a reset. */
const leftover = 64 * 1024 * 1024;

/** Sends one JSON document. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  sendText(response, status, `${JSON.stringify(body)}\n`, { ...type, ...headers });
}

/** An error in the shape that OpenAI's clients understand. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = status === 401 ? 'authentication_error' : status < 500 ? 'invalid_request_error' : 'api_error';
  sendJson(response, status, { error: { message, type, code, param: null } }, headers);
}

/** Sends a short answer of our own, whatever the request's body was meant to be. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  response.setTimeout(unread);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
  discard(response.req);
}

/** Reads a body that nobody wants, without keeping it; the request's time limit still holds. */
export function discard(request: IncomingMessage): void {
  if (request.complete) return;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > leftover) request.socket.destroy();
  });
  request.on('error', () => undefined);
  request.resume();
}
