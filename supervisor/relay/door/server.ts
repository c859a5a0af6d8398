import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { serveEcho } from '../echo/serve.ts';
import type { RelaySetup } from '../protocol.ts';
import { type Environment, openTransport } from './agents.ts';
import { forward } from './forward.ts';
import { carriesKey } from './key.ts';
import { refuse } from './refuse.ts';

export type DoorSetup = Pick<RelaySetup, 'door' | 'upstream' | 'scriptedEcho'>;

/**
 * The model door: a loopback endpoint that speaks the provider's dialect, takes the placeholder key and sends the real
 * one on, so that neither the runtime nor its agent ever holds it. `asked` is called for each request with the right key.
 */
export async function openDoor(
  setup: DoorSetup,
  environment: Environment,
  asked: () => void = () => undefined,
): Promise<Server> {
  const { door } = setup;
  const handle = await handler(setup, environment);
  const server = createServer((request, response) => {
    // A socket that breaks while a refusal is written is nobody's error.
    response.on('error', () => undefined);
    if (!carriesKey(request.headers, door.key)) {
      return refuse(response, door.dialect, 'wrong-key', 'this model door takes the key of this start only');
    }
    asked();
    handle(request, response);
  });
  // Turns last minutes and so may their uploads; the client is the runtime on loopback.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  server.listen(door.port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return server;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function handler(setup: DoorSetup, environment: Environment): Promise<Handler> {
  const { door, upstream, scriptedEcho } = setup;
  if (upstream.kind === 'echo') {
    return (request, response) =>
      serveEcho(request, response, { dialect: door.dialect, scripted: scriptedEcho });
  }
  if (upstream.dialect !== door.dialect) {
    throw new Error(
      `the door speaks ${door.dialect}, the provider ${upstream.dialect}: it does not translate`,
    );
  }
  const transport = await openTransport(new URL(upstream.baseUrl).protocol, environment);
  const to = { upstream, transport, placeholder: door.key };
  return (request, response) => forward(request, response, to);
}
