import { WebSocket } from 'ws';
import { proxyAgent } from '../tunnel.ts';
import { closed, op, type Payload, type Session } from './wire.ts';

/** Milliseconds. */
export interface Patience {
  /** From the first packet to Discord's hello. */
  readonly hello: number;
  /** From our login to its answer, and between two of the events that we missed. */
  readonly login: number;
}

export type Login =
  | { readonly kind: 'identify'; readonly token: string; readonly intents: number }
  | { readonly kind: 'resume'; readonly token: string; readonly session: Session; readonly sequence: number };

export interface Ended {
  /** Discord's close code; 1006 when it closed without one, or we gave it up. */
  readonly code: number;
  /** Discord said that the session is over; `later`: it may be resumed all the same. */
  readonly invalid?: 'over' | 'later';
  /** Whether Discord answered at all. */
  readonly reached: boolean;
  /** One sentence. */
  readonly why: string;
}

export interface Connection {
  readonly ended: Promise<Ended>;
  /** Resolves when the socket is closed, after a second at most. Discord keeps the session. */
  readonly close: (why: string) => Promise<void>;
}

export interface Events {
  readonly dispatch: (event: Payload & { readonly t: string; readonly s: number }) => void;
  /** Number of the last event, for heartbeats. */
  readonly sequence: () => number;
}

/**
 * One connection to the gateway. @discordjs/ws is not used for it: it forgets the session, and with it all messages
 * meanwhile, when a reconnect fails; it has no place for a proxy; and it leaves a socket that is still connecting open.
 * https://docs.discord.com/developers/events/gateway#connection-lifecycle
 */
export function connect(url: string, login: Login, events: Events, patience: Patience): Connection {
  const agent = url.startsWith('wss:') ? proxyAgent() : undefined;
  const socket = new WebSocket(`${url.replace(/\/+$/, '')}/?v=10&encoding=json`, {
    handshakeTimeout: patience.hello,
    perMessageDeflate: false,
    ...(agent ? { agent } : {}),
  });
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  let over = false;
  let reached = false;
  let loggedIn = false;
  let acknowledged = true;
  let beat: NodeJS.Timeout | undefined;
  let limit = setTimeout(() => giveUp('Discord does not say hello in time'), patience.hello);

  function end(result: Omit<Ended, 'reached'>): void {
    if (over) return;
    over = true;
    clearTimeout(limit);
    clearInterval(beat);
    resolve({ ...result, reached });
  }

  function giveUp(why: string, invalid?: Ended['invalid']): void {
    end({ code: 1006, why, ...(invalid ? { invalid } : {}) });
    shut(socket);
  }

  function send(payload: Payload): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(payload));
  }

  function beatOnce(): void {
    send({ op: op.heartbeat, d: events.sequence() || null });
  }

  function startBeating(interval: number): void {
    const next = (): void => {
      // A connection that is dead without a word: closing it in good order would take half a minute more.
      if (!acknowledged) return giveUp('Discord does not answer heartbeats');
      acknowledged = false;
      beatOnce();
    };
    beat = setTimeout(() => {
      next();
      if (!over) beat = setInterval(next, interval);
    }, interval * Math.random());
  }

  function expectLogin(): void {
    clearTimeout(limit);
    limit = setTimeout(() => giveUp('Discord does not answer the login in time'), patience.login);
  }

  function receive(payload: Payload): void {
    reached = true;
    switch (payload.op) {
      case op.hello:
        startBeating(Object(payload.d).heartbeat_interval);
        send(login.kind === 'identify' ? identify(login) : resume(login));
        return expectLogin();
      case op.heartbeat:
        return beatOnce();
      case op.heartbeatAck:
        acknowledged = true;
        return;
      case op.reconnect:
        return giveUp('Discord asks to reconnect');
      case op.invalidSession:
        return giveUp('the session is over', payload.d === true ? 'later' : 'over');
      case op.dispatch: {
        if (payload.t === 'READY' || payload.t === 'RESUMED') loggedIn = true;
        if (loggedIn) clearTimeout(limit);
        else limit.refresh();
        return events.dispatch({ ...payload, t: payload.t ?? '', s: payload.s ?? 0 });
      }
      default:
    }
  }

  socket.on('message', (data) => {
    if (over) return;
    try {
      receive(JSON.parse(String(data)) as Payload);
    } catch {
      giveUp('Discord sends what cannot be read');
    }
  });
  // Stays for good: an error without a listener would end the process.
  socket.on('error', (error) => end({ code: 1006, why: `no connection to Discord (${wordOf(error)})` }));
  socket.on('close', (code) => end({ code, why: `Discord closed the connection (${code})` }));

  return {
    ended,
    close: async (why) => {
      end({ code: closed.keepSession, why });
      await shut(socket);
    },
  };
}

/** Says goodbye, and hangs up when no goodbye comes back. */
function shut(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), 1000);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(closed.keepSession);
  });
}

function identify({ token, intents }: Extract<Login, { kind: 'identify' }>): Payload {
  const properties = { os: 'linux', browser: 'clawden', device: 'clawden' };
  return { op: op.identify, d: { token, intents, properties } };
}

function resume({ token, session, sequence }: Extract<Login, { kind: 'resume' }>): Payload {
  return { op: op.resume, d: { token, session_id: session.id, seq: sequence } };
}

function wordOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 100);
}
