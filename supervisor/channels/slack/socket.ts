import type { Socket as NetSocket } from 'node:net';
import { SocketModeClient } from '@slack/socket-mode';
import { Agent, buildConnector } from 'undici';
import { proxyAgent } from '../tunnel.ts';
import { optionsAt, silent, Trouble, toTrouble } from './web.ts';

/** Milliseconds. */
export interface Patience {
  /** From asking for an address to Slack's hello. */
  readonly hello: number;
  /** For the answer to a ping. */
  readonly pong: number;
}

export interface Envelope {
  /** `events_api`, `slash_commands`, … */
  readonly type: string;
  readonly body: { readonly event?: unknown };
  readonly ack: () => Promise<void>;
}

export interface Events {
  /** `connections`: of the app, this one among them. */
  readonly hello: (connections: number) => void;
  readonly envelope: (envelope: Envelope) => void;
}

/** Why a connection takes no more events: Slack asked for another one, or it failed. */
export type Ended =
  | { readonly kind: 'asked'; readonly reason: string }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

export interface Socket {
  readonly ended: Promise<Ended>;
  readonly closed: () => boolean;
  /** Resolves when no socket is open any more, after a second at most. */
  readonly close: () => Promise<void>;
}

/**
 * One Socket Mode connection. It is not left to the library to connect again: a try that fails would be an unhandled
 * rejection, which ends the process.
 */
export function openSocket(appToken: string, root: string, events: Events, patience: Patience): Socket {
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
  const sockets = new Set<NetSocket>();
  let closing = false;
  let isOpen = true;
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: silent,
    clientPingTimeout: patience.pong,
    dispatcher: new Agent({ connect: connector(sockets, () => closing) }),
    clientOptions: optionsAt(root),
  });
  const limit = setTimeout(() => {
    end({ kind: 'failed', trouble: new Trouble('Slack does not say hello in time') });
    void close();
  }, patience.hello);

  function end(result: Ended): void {
    clearTimeout(limit);
    resolve(result);
  }

  client.on('ws_message', (data: unknown) => {
    const told = parse(data);
    if (told?.['type'] === 'hello') {
      clearTimeout(limit);
      if (!closing) events.hello(Number(told['num_connections']) || 1);
    }
    // The library hangs up at each of these, at a mere warning too.
    if (told?.['type'] === 'disconnect') end({ kind: 'asked', reason: String(told['reason']) });
  });
  client.on('slack_event', (envelope: Envelope) => {
    if (!closing) events.envelope(envelope);
  });
  let broken: Trouble | undefined;
  client.on('error', ({ original }: { original?: unknown }) => {
    broken = toTrouble(original);
  });
  const lost = (trouble: Trouble): void => {
    isOpen = false;
    isGone();
    end({ kind: 'failed', trouble });
  };
  client.on('disconnected', () => lost(broken ?? new Trouble('Slack closed the connection')));
  // Without an error it has said so by the event.
  client.start().catch((error: unknown) => error !== undefined && lost(toTrouble(error)));

  let shut: Promise<void> | undefined;
  // Once: asked a second time, the library hangs up with acknowledgements on their way.
  const close = (): Promise<void> => {
    shut ??= closeOnce();
    return shut;
  };

  async function closeOnce(): Promise<void> {
    closing = true;
    end({ kind: 'asked', reason: 'closed' });
    if (!isOpen) return;
    void client.disconnect();
    const timer = setTimeout(isGone, 1000);
    await gone;
    clearTimeout(timer);
    isOpen = false;
    // The library waits half a minute for a goodbye, and cannot be told not to connect once it has asked where.
    for (const socket of sockets) socket.destroy();
  }

  return { ended, closed: () => !isOpen, close };
}

type Connector = ReturnType<typeof buildConnector>;

/** Opens the library's connections, through the proxy where there is one, and knows them so that they can be ended. */
function connector(sockets: Set<NetSocket>, refuse: () => boolean): Connector {
  const direct = buildConnector({ allowH2: false });
  return (options, callback) => {
    if (refuse()) return callback(new Error('closed'), null);
    const took = (error: Error | null, socket: NetSocket | null): void => {
      if (!socket) return callback(error ?? new Error('no socket'), null);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      if (!refuse()) return callback(null, socket);
      socket.destroy();
      callback(new Error('closed'), null);
    };
    const agent = options.protocol === 'https:' ? proxyAgent() : undefined;
    if (!agent) return direct(options, (error, socket) => took(error, socket));
    const host = options.hostname;
    const where = { host, port: Number(options.port) || 443, servername: options.servername ?? host };
    agent.createConnection(where, (error, socket) => took(error, (socket ?? null) as NetSocket | null));
  };
}

function parse(data: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(String(data)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
