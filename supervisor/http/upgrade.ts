import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { openUpstream, type Target } from './forward.ts';
import { endToEnd } from './headers.ts';

/** Bytes that a client may send before its upgrade is answered. */
const early = 64 * 1024;

/** A WebSocket handshake; every other upgrade is answered as if it had not been asked for (RFC 9110, section 7.8). */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  const body = headers['transfer-encoding'] ?? headers['content-length'] ?? '0';
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && body === '0';
}

/** A WebSocket handshake through; refused ones are answered and closed. */
export function forwardUpgrade(client: IncomingMessage, socket: Duplex, head: Buffer, target: Target): void {
  let upstream: ClientRequest | undefined;
  // First of all: a reset while the upgrade is pending would be an uncaught error, and end PID 1.
  socket.on('error', () => upstream?.destroy());
  socket.on('close', () => upstream?.destroy());
  const sent = [head];
  const stopReading = readEarly(socket, sent, () => socket.destroy());
  upstream = openUpstream(client, { ...target, agent: false }, [
    'connection',
    'Upgrade',
    'upgrade',
    'websocket',
  ]);
  let answered = false;
  upstream.on('error', () => undefined);
  upstream.on('close', () => {
    if (!answered)
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  upstream.on('response', (response) => {
    answered = true;
    socket.write(headOf(response, 'connection: close'));
    response.on('error', () => socket.destroy());
    response.pipe(socket);
  });
  upstream.on('upgrade', (response, other, otherHead) => {
    answered = true;
    stopReading();
    socket.write(headOf(response, 'connection: Upgrade\r\nupgrade: websocket'));
    if (otherHead.length > 0) socket.write(otherHead);
    for (const chunk of sent) if (chunk.length > 0) other.write(chunk);
    join(socket, other);
    join(other, socket);
    socket.pipe(other);
    other.pipe(socket);
  });
  upstream.end();
}

/** While nobody reads a socket, its end is not seen either; what comes before the answer is kept. */
function readEarly(socket: Duplex, into: Buffer[], gone: () => void): () => void {
  let size = 0;
  const read = (): void => {
    while (size < early) {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      size += chunk.length;
      into.push(chunk);
    }
  };
  socket.on('readable', read);
  socket.on('end', gone);
  return () => {
    socket.off('readable', read);
    socket.off('end', gone);
  };
}

/** A refusal's body goes on as it came: of the length that was said, else up to the close. */
function headOf(response: IncomingMessage, connection: string): string {
  const lines = endToEnd(response.rawHeaders).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${response.statusCode} ${response.statusMessage}`;
  return `${[status, ...lines, connection].join('\r\n')}\r\n\r\n`;
}

function join(from: Duplex, to: Duplex): void {
  if ('setTimeout' in from) (from as Duplex & { setTimeout: (delay: number) => void }).setTimeout(0);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
