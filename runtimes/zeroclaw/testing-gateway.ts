import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Endpoint } from '../contract.ts';

export interface Conversation {
  readonly request: IncomingMessage;
  /** Messages of the client, in their order. */
  readonly received: readonly Readonly<Record<string, unknown>>[];
  readonly send: (frame: object) => void;
  readonly drop: () => void;
  readonly gone: Promise<void>;
}

export interface Gateway {
  readonly endpoint: Endpoint;
  readonly close: () => void;
}

/** A chat socket that does what a test says for each message; texts of up to 64 KiB, unfragmented. */
export async function startGateway(
  answer: (conversation: Conversation, message: Readonly<Record<string, unknown>>) => void,
): Promise<Gateway> {
  const server = createServer((_request, response) => response.writeHead(401).end());
  const sockets = new Set<Socket>();
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    const received: Readonly<Record<string, unknown>>[] = [];
    const gone = Promise.withResolvers<void>();
    socket.on('close', () => gone.resolve());
    socket.on('error', () => undefined);
    const conversation: Conversation = {
      request,
      received,
      send: (frame) => void socket.write(framed(JSON.stringify(frame))),
      drop: () => void socket.destroy(),
      gone: gone.promise,
    };
    conversation.send({ type: 'session_start', resumed: false, message_count: 0 });
    let rest = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let frame = unframed(rest); frame; frame = unframed(rest)) {
        rest = rest.subarray(frame.length);
        if (frame.code === 8) return socket.destroy();
        const message = JSON.parse(frame.text) as Readonly<Record<string, unknown>>;
        received.push(message);
        answer(conversation, message);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, bearer: 'secret' },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function framed(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(body.length < 126 ? 2 : 4);
  head.writeUInt16BE(0x8100 | Math.min(body.length, 126));
  if (body.length > 125) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function unframed(bytes: Buffer): { code: number; text: string; length: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = (bytes[1] ?? 0) & 127;
  const at = short === 126 ? 4 : 2;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = at + 4 + size;
  if (bytes.length < length) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const body = bytes.subarray(at + 4, length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return { code: (bytes[0] ?? 0) & 15, text: Buffer.from(body).toString(), length };
}
