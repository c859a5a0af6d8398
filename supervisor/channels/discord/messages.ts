import type { AdapterHost } from '../adapter.ts';
import { pause } from '../pause.ts';
import type { Listener } from './gateway.ts';
import { type Me, type Servers, toIncoming } from './incoming.ts';
import { fetchMissed } from './missed.ts';
import type { Position } from './position.ts';
import { type Rest, Trouble } from './rest.ts';
import type { RawMessage, Session } from './wire.ts';

export interface Messages extends Listener {
  readonly stop: () => void;
}

interface Parts {
  readonly rest: Rest;
  readonly position: Position;
  readonly host: AdapterHost;
  readonly servers: Servers;
  readonly pauses: { readonly again: number };
  readonly again: () => void;
}

interface Waiting {
  readonly name: string;
  readonly data: unknown;
  readonly sequence: number;
}

/** Events that wait until what was missed before them is there. */
const MOST_WAITING = 1000;
const TRIES = 5;
/** Whose roles are asked for at each login. */
const MOST_SERVERS = 20;

/**
 * Hands messages to the host in their order. Discord keeps no message until it is acknowledged; what stands for that is
 * the number of the last event that we are done with, from which on it tells all again, also to the next process. So the
 * number stops before a message that was refused.
 */
export function createMessages({ rest, position, host, servers, pauses, again }: Parts): Messages {
  const over = new AbortController();
  let me: Me = { id: '', roles: new Set() };
  let waiting: Waiting[] = [];
  /** Counts connections: work for an earlier one is dropped. */
  let connection = 0;

  function ready({ bot }: Session): void {
    me = { id: bot.id, roles: me.roles };
    void findRoles();
    if (position.behind()) void catchUp(connection);
  }

  function event(name: string, data: unknown, sequence: number): boolean {
    if (position.behind()) {
      waiting.push({ name, data, sequence });
      return waiting.length < MOST_WAITING;
    }
    if (name === 'MESSAGE_CREATE' && !hand(data as RawMessage)) return false;
    position.advance(sequence);
    return true;
  }

  function hand(message: RawMessage): boolean {
    try {
      const incoming = toIncoming(message, me, servers);
      if (!incoming) return true;
      const receipt = host.receive(incoming);
      if (receipt === 'refused') return false;
      const where = message.guild_id === undefined ? {} : { guild: message.guild_id };
      if (receipt === 'kept' || receipt === 'waiting' || receipt === 'repeated')
        position.kept(message.channel_id, { id: message.id, ...where });
      return true;
    } catch (error) {
      // It would come again for ever and hold up all that follow.
      host.log('error', 'a message could not be read and was left out', { error: Object(error).name });
      return true;
    }
  }

  async function catchUp(of: number): Promise<void> {
    const current = (): boolean => of === connection && !over.signal.aborted;
    let refused = false;
    const take = (message: RawMessage): boolean => {
      refused = !current() || !hand(message);
      return !refused;
    };
    for (let tries = 1; current(); tries += refused ? 0 : 1) {
      refused = false;
      if (await fetchMissed(rest, position.chats(), take, over.signal)) break;
      if (tries === TRIES) {
        host.log('warn', 'messages that came while the bot was away could not be asked for in every chat');
        break;
      }
      await pause(pauses.again, over.signal);
    }
    if (!current()) return;
    position.caughtUp();
    const events = waiting;
    waiting = [];
    for (const { name, data, sequence } of events) if (!event(name, data, sequence)) return again();
  }

  /** Mentions of a role are told by the role's id alone. */
  async function findRoles(): Promise<void> {
    if (servers === undefined) return;
    try {
      for (const server of servers === 'all' ? await serversOfBot() : [servers]) {
        const { roles } = Object(await rest.ask('GET', `/guilds/${server}/members/${me.id}`));
        if (Array.isArray(roles)) me = { ...me, roles: new Set([...me.roles, ...roles.map(String)]) };
      }
    } catch (error) {
      if (servers === 'all' || !(error instanceof Trouble)) return;
      if (error.status !== 403 && error.status !== 404) return;
      host.log('warn', 'the bot is not in the server that `guild` names: invite it, or correct the id', {
        guild: servers,
      });
    }
  }

  async function serversOfBot(): Promise<string[]> {
    const found = await rest.ask('GET', '/users/@me/guilds', { query: { limit: String(MOST_SERVERS) } });
    return (found as { id: string }[]).map(({ id }) => id);
  }

  return {
    ready,
    event,
    lost: () => {
      connection += 1;
      waiting = [];
    },
    stop: () => over.abort(),
  };
}
