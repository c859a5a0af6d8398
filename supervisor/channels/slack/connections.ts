import type { GroupPolicy } from '../../../runtimes/contract.ts';
import type { AdapterHost, ConnectionState } from '../adapter.ts';
import { backoff, pause } from '../pause.ts';
import { type Identity, identify, reasonOf } from './identity.ts';
import { type Ended, type Envelope, openSocket, type Patience, type Socket } from './socket.ts';
import type { Trouble, Web } from './web.ts';

/** Milliseconds. */
export interface Pauses extends Patience {
  /** The first of a growing row, after a connection that failed. */
  readonly network: number;
  /** After a refusal that only a person can mend. */
  readonly refused: number;
  /** Before more connections than ours are counted again: one of a process that was killed is counted for a while. */
  readonly ghost: number;
  /** The same once it is known that somebody else is connected. */
  readonly others: number;
  /** Before a message is handed over again that could not be kept. */
  readonly again: number;
}

export const usualPauses: Pauses = {
  hello: 30_000,
  pong: 10_000,
  network: 1_000,
  refused: 60_000,
  ghost: 30_000,
  others: 600_000,
  again: 3_000,
};

const LONGEST_PAUSE = 60_000;
/** A connection that lasted this long counts as a good one. */
const GOOD_AFTER = 10_000;

export interface SlackApp {
  readonly root: string;
  readonly appToken: string;
  readonly groups: GroupPolicy;
  readonly web: Web;
}

export interface Listener {
  readonly ready: (identity: Identity) => void;
  readonly connected: () => void;
  readonly lost: () => void;
  readonly envelope: (envelope: Envelope) => void;
}

export interface Connections {
  /** What a call outside of the connections was refused with. */
  readonly refused: (trouble: Trouble) => void;
  readonly release: () => Promise<void>;
}

/** Stays connected until it is released. Slack asks for another connection from time to time. */
export function startConnections(
  app: SlackApp,
  listener: Listener,
  host: AdapterHost,
  pauses: Pauses,
): Connections {
  const over = new AbortController();
  const { signal } = over;
  const open = new Set<Socket>();
  let said = '';
  let up: ConnectionState | undefined;
  let failures = 0;
  /** Connections of others that were counted, in so many counts in a row. */
  let counts = 0;
  const running = run();

  function say(state: ConnectionState): void {
    const now = JSON.stringify(state);
    if (now !== said && !signal.aborted) host.state(state);
    said = now;
  }

  async function run(): Promise<void> {
    say({ kind: 'connecting' });
    while (!signal.aborted) await pause(await once(), signal);
  }

  /** One connection from its beginning to its end. Milliseconds until the next one. */
  async function once(): Promise<number> {
    let identity: Identity;
    try {
      identity = await identify(app.web, app.groups, signal);
    } catch (error) {
      return failed(error as Trouble);
    }
    listener.ready(identity);
    const before = [...open].filter((one) => !one.closed());
    let upSince = 0;
    let count: NodeJS.Timeout | undefined;
    const socket = openSocket(
      app.appToken,
      app.root,
      {
        hello: (connections) => {
          upSince = performance.now();
          listener.connected();
          const others = connections - [...open].filter((one) => !one.closed()).length;
          counts = others > 0 ? counts + 1 : 0;
          up = stateOf(identity, others);
          say(up);
          for (const one of before) void drop(one);
          // Slack counts when somebody connects, and at no other time.
          if (others > 0) count = setTimeout(again, counts > 1 ? pauses.others : pauses.ghost);
        },
        envelope: listener.envelope,
      },
      pauses,
    );
    open.add(socket);
    const { promise: asked, resolve } = Promise.withResolvers<Ended>();
    const again = (): void => resolve({ kind: 'asked', reason: 'count' });
    const ended = await Promise.race([socket.ended, asked]);
    clearTimeout(count);
    if (upSince > 0) listener.lost();
    // It hears on until the next one does.
    if (!(ended.kind === 'asked' && ended.reason === 'count')) void drop(socket);
    if (signal.aborted) return 0;
    host.log('debug', 'the connection to Slack ended', {
      why: ended.kind === 'asked' ? ended.reason : ended.trouble.message,
    });
    if (upSince > 0 && performance.now() - upSince > GOOD_AFTER) failures = 0;
    if (ended.kind === 'failed') return failed(ended.trouble, upSince > 0);
    return refusalOf(ended.reason) ?? (upSince > 0 ? 0 : failed(undefined));
  }

  function stateOf({ name, missing }: Identity, others: number): ConnectionState {
    if (missing.length > 0)
      return { kind: 'down', reason: 'missing-scope', detail: `the app lacks ${missing.join(', ')}` };
    if (others > 0 && counts > 1) {
      return {
        kind: 'down',
        reason: 'poller-conflict',
        detail: `${others} more connection${others > 1 ? 's' : ''} of this app: each takes a share of the messages; stop the other program, or make an app for each`,
      };
    }
    return { kind: 'up', account: `@${name}` };
  }

  function failed(trouble: Trouble | undefined, wasUp = false): number {
    if (signal.aborted) return 0;
    failures += 1;
    const reason = trouble ? reasonOf(trouble, up !== undefined) : 'unreachable';
    const detail = trouble?.message ?? 'Slack ends each connection at once';
    // One break between two good connections is nothing that anybody could act upon.
    if (reason !== 'unreachable' || !wasUp || failures > 1) say({ kind: 'down', reason, detail });
    if (reason !== 'unreachable') return pauses.refused;
    return trouble?.retryAfter ?? backoff(pauses.network, LONGEST_PAUSE, failures);
  }

  function refusalOf(reason: string): number | undefined {
    if (reason === 'link_disabled') {
      const detail = 'Socket Mode is off: switch it on at api.slack.com/apps, under Settings, Socket Mode';
      say({ kind: 'down', reason: 'missing-scope', detail });
      return pauses.refused;
    }
    if (reason === 'too_many_websockets') {
      const detail =
        'the app has ten connections already, which is all that Slack allows: stop the other programs';
      say({ kind: 'down', reason: 'poller-conflict', detail });
      return pauses.refused;
    }
    return undefined;
  }

  async function drop(socket: Socket): Promise<void> {
    await socket.close();
    open.delete(socket);
  }

  return {
    refused: (trouble) => {
      const reason = reasonOf(trouble, true);
      if (reason.startsWith('token-')) say({ kind: 'down', reason, detail: trouble.message });
    },
    release: async () => {
      over.abort();
      await Promise.all([...open].map(drop));
      await running;
    },
  };
}
