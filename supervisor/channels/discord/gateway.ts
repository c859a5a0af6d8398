import type { AdapterHost, ConnectionState } from '../adapter.ts';
import { backoff, pause } from '../pause.ts';
import { type Connection, connect, type Ended, type Login, type Patience } from './connection.ts';
import { createLogins, type Logins } from './logins.ts';
import type { Position } from './position.ts';
import type { Rest } from './rest.ts';
import { closed, type Payload, type Session } from './wire.ts';

/** Milliseconds. */
export interface Pauses extends Patience {
  /** The first of a growing row, after a connection that failed. */
  readonly network: number;
  /** After a refusal that only a person can mend: the token. */
  readonly refused: number;
  /** The same where each try costs a login. */
  readonly refusedLogin: number;
  /** Between two logins; it grows while they lead to nothing. */
  readonly logins: number;
  /** Before a message is asked for again that could not be kept. */
  readonly again: number;
}

export const usualPauses: Pauses = {
  hello: 20_000,
  login: 30_000,
  network: 1_000,
  refused: 60_000,
  refusedLogin: 600_000,
  logins: 5_000,
  again: 3_000,
};

const LONGEST_PAUSE = 60_000;
/** A connection that lasted this long counts as a good one. */
const GOOD_AFTER = 10_000;

export interface GatewayBot {
  readonly token: string;
  readonly intents: number;
  readonly rest: Rest;
  readonly position: Position;
}

export interface Listener {
  /** The bot is logged in, anew or again. */
  readonly ready: (session: Session) => void;
  /** False: the event could not be taken, and is to be told again. */
  readonly event: (name: string, data: unknown, sequence: number) => boolean;
  /** The connection ended: what was not done with is told again. */
  readonly lost: () => void;
}

export interface Gateway {
  readonly release: () => Promise<void>;
  /** Drops the connection, so that all events are told again that were not done with. */
  readonly again: () => void;
}

/** Stays logged in until it is released, and resumes the session wherever Discord lets it. */
export function startGateway(
  bot: GatewayBot,
  listener: Listener,
  host: AdapterHost,
  pauses: Pauses,
): Gateway {
  const over = new AbortController();
  const { signal } = over;
  const { position, token, intents } = bot;
  const logins: Logins = createLogins(bot.rest, pauses);
  let connection: Connection | undefined;
  let said = '';
  let everUp = false;
  let failures = 0;
  let refusing = false;
  const running = run();

  function say(state: ConnectionState): void {
    const now = JSON.stringify(state);
    if (now !== said && !signal.aborted) host.state(state);
    said = now;
  }

  async function run(): Promise<void> {
    say({ kind: 'connecting' });
    while (!signal.aborted) await pause(await once().catch(stumbled), signal);
  }

  /** Over an address that is none, for one: it may be that of the session, which the next process would find again. */
  function stumbled(error: unknown): number {
    connection = undefined;
    position.forget();
    failures += 1;
    say({
      kind: 'down',
      reason: 'unreachable',
      detail: `Discord cannot be connected to (${Object(error).name})`,
    });
    return backoff(pauses.network, LONGEST_PAUSE, failures);
  }

  /** One connection from its beginning to its end. Milliseconds until the next one. */
  async function once(): Promise<number> {
    const session = position.session();
    // The address of a session may be gone for good, with the machine behind it.
    let url = session && failures < 3 ? session.url : undefined;
    if (url === undefined) {
      const gate = await logins.ask(!session, signal);
      if (gate.kind === 'wait') {
        failures += 1;
        const reason = gate.reason === 'token-rejected' && everUp ? 'token-revoked' : gate.reason;
        if (gate.reason !== 'unreachable' || failures > 1 || !everUp)
          say({ kind: 'down', reason, detail: gate.detail });
        return gate.ms ?? backoff(pauses.network, LONGEST_PAUSE, failures);
      }
      url = gate.url;
    }
    if (signal.aborted) return 0;
    const login: Login = session
      ? { kind: 'resume', token, session, sequence: position.sequence() }
      : { kind: 'identify', token, intents };
    let upSince = 0;
    const ready = (): void => {
      upSince = performance.now();
      everUp = true;
      const current = position.session();
      if (!current) return;
      say({ kind: 'up', account: `@${current.bot.username}` });
      listener.ready(current);
    };
    refusing = false;
    connection = connect(url, login, { sequence: position.sequence, dispatch }, pauses);
    const ended = await connection.ended;
    connection = undefined;
    listener.lost();
    const lasted = upSince === 0 ? 0 : performance.now() - upSince;
    if (lasted > GOOD_AFTER) logins.wereGood();
    return afterwards(ended, upSince > 0, lasted);

    function dispatch({ t, s, d }: Payload & { t: string; s: number }): void {
      if (t === 'READY') position.begin(sessionOf(d), s);
      if (t === 'READY' || t === 'RESUMED') ready();
      if (!listener.event(t, d, s)) {
        refusing = true;
        void connection?.close('a message could not be kept');
      }
    }
  }

  function afterwards({ code, invalid, why }: Ended, up: boolean, lasted: number): number {
    if (signal.aborted) return 0;
    host.log('debug', 'the connection to Discord ended', { code, why });
    if (refusing) return pauses.again;
    if (invalid === 'over' || code === closed.invalidSequence) position.forget();
    if (code === closed.authenticationFailed) {
      position.forget();
      const reason = everUp ? 'token-revoked' : 'token-rejected';
      say({ kind: 'down', reason, detail: 'Discord refuses the token (4004)' });
      return pauses.refused;
    }
    const final = finalOf(code);
    if (final) {
      position.forget();
      say({ kind: 'down', ...final });
      return pauses.refusedLogin;
    }
    failures = up ? (lasted > GOOD_AFTER ? 0 : Math.min(failures, 1) + 1) : failures + 1;
    // One break between two good connections is nothing that anybody could act upon.
    if (!up && failures > 1) say({ kind: 'down', reason: 'unreachable', detail: why });
    return backoff(pauses.network, LONGEST_PAUSE, failures);
  }

  return {
    again: () => {
      refusing = true;
      void connection?.close('messages are to be told again');
    },
    release: async () => {
      over.abort();
      await connection?.close('released');
      await running;
      position.save();
    },
  };
}

/** What a try again does not mend. https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
function finalOf(code: number): { reason: 'missing-scope' | 'down'; detail: string } | undefined {
  if (code === closed.disallowedIntents) {
    return {
      reason: 'missing-scope',
      detail:
        'groups: all needs the Message Content Intent: switch it on in the Developer Portal under Bot, or write groups: mention',
    };
  }
  if (code === closed.shardingRequired)
    return { reason: 'down', detail: 'the bot is in too many servers for one connection (4011)' };
  if (code >= 4010 && code <= closed.invalidIntents)
    return {
      reason: 'down',
      detail: `Discord does not take the login (${code}); this version of clawden may be too old`,
    };
  return undefined;
}

function sessionOf(ready: unknown): Session {
  const {
    session_id: id,
    resume_gateway_url: url,
    user,
  } = ready as {
    session_id: string;
    resume_gateway_url: string;
    user: Session['bot'];
  };
  return { id, url, bot: { id: user.id, username: user.username } };
}
