import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Endpoint, Turn, TurnEvent } from '../contract.ts';
import { escapeCommand, messages } from './messages.ts';

const turn: Turn = { session: 's1', messages: [{ role: 'user', text: 'hi' }], origin: 'api' };
const never = new AbortController().signal;
const servers: { close: () => void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Peer {
  readonly url: string;
  readonly token: string | undefined;
  readonly said: string[];
  readonly media: unknown[];
  readonly tell: (frame: object) => void;
  readonly drop: () => void;
}

/** A gateway whose pico channel does as told with each message of a connection. */
async function gateway(answer: (peer: Peer, text: string) => void) {
  const peers: Peer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
    const peer: Peer = {
      url: request.url ?? '',
      token: request.headers.authorization,
      said: [],
      media: [],
      tell: (frame) => socket.write(textFrame(JSON.stringify(frame))),
      drop: () => socket.destroy(),
    };
    peers.push(peer);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      // Text frames only, each in one piece: what a test of a few words sends.
      if ((bytes[0] ?? 0) !== 0x81) return;
      const { payload } = JSON.parse(unmasked(bytes)) as { payload: { content: string; media?: unknown } };
      const text = payload.content;
      peer.said.push(text);
      if (payload.media) peer.media.push(payload.media);
      answer(peer, text);
    });
  });
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  servers.push({ close });
  const { port } = server.address() as AddressInfo;
  return { peers, close, endpoint: { host: '127.0.0.1', port, bearer: 'secret' } as Endpoint };
}

function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 126, body.length >> 8, body.length & 255]), body]);
}

function unmasked(frame: Buffer): string {
  const long = ((frame[1] ?? 0) & 127) === 126;
  const at = long ? 4 : 2;
  const mask = frame.subarray(at, at + 4);
  const body = frame.subarray(at + 4);
  return Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))).toString();
}

const usage = { used_tokens: 1 };
const final = (content: string): object => ({
  type: 'message.create',
  payload: { content, context_usage: usage },
});

async function send(endpoint: Endpoint, asked = turn, signal = never): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of messages.connect(endpoint).send(asked, signal)) events.push(event);
  return events;
}

test('a turn is one message on a connection of its own, and ends with the answer', async () => {
  const { endpoint, peers } = await gateway((peer, text) => {
    peer.tell({ type: 'typing.start' });
    peer.tell({ type: 'message.create', payload: { content: 'hm', kind: 'thought' } });
    peer.tell(final(`you said ${text}`));
    peer.tell(final('too late'));
  });
  const expected = [{ kind: 'delta', text: 'you said hi' }, { kind: 'done' }];
  expect(await send(endpoint)).toEqual(expected);
  expect(await send(endpoint)).toEqual(expected);
  expect(peers.map(({ url, token }) => [url, token])).toEqual([
    ['/pico/ws?session_id=api-s1', 'Bearer secret'],
    ['/pico/ws?session_id=api-s1', 'Bearer secret'],
  ]);
});

test('a picture goes beside the words', async () => {
  const { endpoint, peers } = await gateway((peer) => peer.tell(final('a cat')));
  const images = [{ mediaType: 'image/png', base64: 'iVBORw0KGgo=' }];
  await send(endpoint, { ...turn, messages: [{ role: 'user', text: 'what is it?', images }] });
  expect(peers[0]).toMatchObject({ said: ['what is it?'], media: [['data:image/png;base64,iVBORw0KGgo=']] });
});

test('an error of the model is the error of the turn', async () => {
  const { endpoint } = await gateway((peer) =>
    peer.tell({ type: 'message.create', payload: { content: 'Error processing message: boom' } }),
  );
  expect(await send(endpoint)).toEqual([{ kind: 'error', code: 'provider-error', message: 'boom' }]);
});

test('an aborted turn is stopped in PicoClaw too, before the next one is sent', async () => {
  const started = Promise.withResolvers<void>();
  const { endpoint, peers } = await gateway((peer, text) => {
    if (text === '/stop') peer.tell(final('Task stopped. "hi" was canceled.'));
    else if (text === 'next') peer.tell(final('rightly'));
    else started.resolve();
  });
  const controller = new AbortController();
  const events = send(endpoint, turn, controller.signal);
  await started.promise;
  controller.abort();
  expect(await events).toEqual([]);
  const next = { ...turn, messages: [{ role: 'user', text: 'next' }] } as const;
  expect(await send(endpoint, next)).toEqual([{ kind: 'delta', text: 'rightly' }, { kind: 'done' }]);
  expect(peers.map(({ said }) => said)).toEqual([['hi'], ['/stop'], ['next']]);
});

test('a gateway that is not there, or dies in the middle, is not available', async () => {
  const { endpoint, close } = await gateway((peer) => peer.drop());
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code: 'runtime-unavailable' }]);
  close();
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code: 'runtime-unavailable' }]);
});

test.each([
  ['/reload', '\u2060/reload'],
  ['  !help me', '  \u2060!help me'],
  ['\u0085/clear', '\u0085\u2060/clear'],
  ['what is /etc?', 'what is /etc?'],
  ['first\n/second', 'first\n/second'],
])('an order to PicoClaw is taken out of %j', (text, expected) => {
  expect(escapeCommand(text)).toBe(expected);
});
