import type { Update } from 'grammy/types';
import type { Api } from 'grammy/web';
import type { AdapterHost } from '../adapter.ts';
import { inAlbums, toUnits, type Unit } from './albums.ts';
import { within } from './client.ts';
import { toIncoming } from './incoming.ts';
import type { Me } from './mentions.ts';
import { type Pauses, pause } from './pauses.ts';
import { createTroubles } from './troubles.ts';

export interface Poll {
  /** Ends it: when it resolves, what was kept is confirmed where that was possible in time, and no call is open. */
  readonly end: () => Promise<void>;
}

/** Edits, reactions, channel posts and the like are never asked for. */
const allowed_updates = ['message'] as const;
/** Updates in one answer; also Telegram's own limit. */
const LIMIT = 100;
/** A call that is answered at once. */
const ONE_CALL = 15_000;
const LAST_CALL = 1_500;
/** Rounds of waiting for one album. */
const ROUNDS = 4;

/**
 * Takes the messages of one bot for as long as it lives. To Telegram an update is done with when a later one is asked for,
 * and nothing else is: `offset` moves only over what the host has kept or has no use for.
 */
export function startPoll(api: Api, host: AdapterHost, pauses: Pauses): Poll {
  const over = new AbortController();
  const { signal } = over;
  const troubles = createTroubles(host, pauses);
  let offset = 0;
  /** The offset that Telegram has surely seen. */
  let confirmed = 0;
  /** Update ids from `offset` on that were kept before an earlier one was refused. */
  const kept = new Set<number>();
  const running = run();

  async function run(): Promise<void> {
    let me: Me | undefined;
    while (!signal.aborted) {
      try {
        // Anew after every trouble: a bot can be renamed.
        me ??= await api.getMe(within(ONE_CALL, signal));
        const updates = await ask(troubles.patience());
        troubles.over(`@${me.username}`);
        if (updates.length === 0 || take(await whole(updates), me)) continue;
        await pause(pauses.refused, signal);
      } catch (error) {
        if (signal.aborted) return;
        me = undefined;
        await pause(troubles.met(error), signal);
      }
    }
  }

  async function ask(ms: number): Promise<Update[]> {
    const query = { offset, limit: LIMIT, timeout: Math.ceil(ms / 1000), allowed_updates };
    // A connection that is dead without a word ends here, not after the kernel's quarter of an hour.
    const found = await api.getUpdates(query, within(ms + pauses.slack, signal));
    confirmed = query.offset;
    return found;
  }

  /** Waits until an album has all its messages. Nothing of it is confirmed meanwhile, so that a crash loses none. */
  async function whole(updates: Update[]): Promise<Update[]> {
    let found = updates;
    for (let round = 0; round < ROUNDS && inAlbums(found) > 0; round += 1) {
      await pause(pauses.album, signal);
      const more = await ask(0);
      const settled = inAlbums(more) === inAlbums(found);
      found = more;
      if (settled) break;
    }
    return found;
  }

  /** Hands updates over in their order, and says whether the host took all that it was given. */
  function take(updates: readonly Update[], me: Me): boolean {
    const units = toUnits(updates.filter(({ update_id }) => !kept.has(update_id)));
    const last = updates.at(-1)?.update_id ?? 0;
    // The answer's own limit may have cut the album at its end: the next answer begins with it.
    const cut = updates.length === LIMIT && units.length > 1 && inAlbums(updates.slice(-1)) > 0;
    let refused = false;
    for (const unit of units) {
      if (cut && unit.updates.includes(last)) continue;
      refused = !hand(unit, me);
      if (refused) break;
      for (const id of unit.updates) kept.add(id);
    }
    const open = units.filter(({ first }) => !kept.has(first));
    offset = Math.min(last + 1, ...open.map(({ first }) => first));
    for (const id of kept) if (id < offset) kept.delete(id);
    return !refused;
  }

  function hand({ messages }: Unit, me: Me): boolean {
    try {
      const incoming = toIncoming(messages, me);
      return !incoming || host.receive(incoming) !== 'refused';
    } catch (error) {
      // It would come again for ever and hold up all that follow.
      host.log('error', 'a message could not be read and was left out', { error: Object(error).name });
      return true;
    }
  }

  return {
    end: async () => {
      over.abort();
      await running;
      if (offset === confirmed) return;
      const query = { offset, limit: 1, timeout: 0, allowed_updates };
      await api.getUpdates(query, within(LAST_CALL)).catch(() => undefined);
      confirmed = offset;
    },
  };
}
