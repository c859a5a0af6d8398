import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, SendFailure } from '../../channels/adapter.ts';
import type { Log } from '../log.ts';
import { traceOf } from '../uncaught.ts';
import type { Disk } from './disk.ts';
import type { Line } from './line.ts';
import type { OpenPart, Part, Place, StoredPart } from './records.ts';
import type { Store } from './store/store.ts';

/** Sends what waits for the platforms: each conversation in order, conversations side by side. */
export interface Outbox {
  /** Parts that were just written down. */
  readonly add: (parts: readonly OpenPart[]) => void;
  /** Without the store: lost at the end of this process. `patient`: tried until it is taken, else once. */
  readonly say: (place: Place, part: Part, patient: boolean) => void;
  /** When nothing of a conversation is left to be sent, or nothing more is sent. */
  readonly settled: (conversation: string) => Promise<void>;
  /** Sends on what can be sent at once; resolves when nothing is on its way. What has to wait stays in the store. */
  readonly drain: () => Promise<void>;
}

export interface OutboxTools {
  readonly store: Store;
  readonly disk: Disk;
  readonly line: (channel: string) => Line;
  readonly log: Log;
  /** A message has got all of its answer that it will get. */
  readonly answered: (channel: string, to: Address) => void;
  /** Between 0 and 1. */
  readonly random: () => number;
}

interface Item {
  /** In the store, by this number; without one the part is here. */
  readonly seq?: number;
  readonly part?: StoredPart;
  readonly patient: boolean;
  uncertain: boolean;
  tries: number;
}

interface Pending {
  readonly items: Item[];
  loop: Promise<void> | undefined;
}

const BACKOFF = 1_000;
const LONGEST_BACKOFF = 60_000;
const MOST_FAULTS = 5;

export function createOutbox({ store, disk, line, log, answered, random }: OutboxTools): Outbox {
  const conversations = new Map<string, Pending>();
  const draining = new AbortController();
  const { signal } = draining;

  const put = (place: Place, item: Item): void => {
    const pending = conversations.get(place.conversation) ?? { items: [], loop: undefined };
    conversations.set(place.conversation, pending);
    pending.items.push(item);
    if (!pending.loop) run(place, pending);
  };
  const run = (place: Place, pending: Pending): void => {
    pending.loop = deliver(place, pending.items).finally(() => {
      pending.loop = undefined;
      if (pending.items.length === 0) conversations.delete(place.conversation);
      // It came while the loop was at its end.
      else if (!signal.aborted) run(place, pending);
    });
  };

  const deliver = async (place: Place, items: Item[]): Promise<void> => {
    for (let item = items[0]; item; item = items[0]) {
      try {
        const wait = await attempt(place, item).catch((error: unknown) => broken(place, item, error));
        if (wait === undefined) items.shift();
        else await sleep(wait, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
    }
  };

  /** Milliseconds after which to try again; undefined: done with. */
  const attempt = async (place: Place, item: Item): Promise<number | undefined> => {
    const way = line(place.channel);
    const { sender, leave } = await way.enter(signal);
    try {
      const { seq } = item;
      const part = seq === undefined ? item.part : await disk.persist(() => store.part(seq), signal);
      if (!part) return undefined;
      if (seq !== undefined) await disk.persist(() => store.mark(seq, 'asked'), signal);
      const failure = await sender.send(part, part.key, item.uncertain);
      if (failure?.outcome === 'later' && item.patient) return await later(way, item, failure);
      if (seq !== undefined) {
        const { conversation } = place;
        const over = (): void =>
          failure?.outcome === 'gone' ? store.dropParts(conversation) : store.sent(seq);
        await disk.persist(over, signal);
      }
      if (part.lastOf) answered(place.channel, part.lastOf);
      return undefined;
    } finally {
      leave();
    }
  };

  const later = async (way: Line, item: Item, failure: SendFailure): Promise<number> => {
    const { seq } = item;
    item.uncertain ||= failure.uncertain;
    if (seq !== undefined && !item.uncertain) await disk.persist(() => store.mark(seq, 'not-there'), signal);
    item.tries += 1;
    if (failure.retryAfter !== undefined) {
      way.pause(failure.retryAfter);
      return 0;
    }
    return backoff(item);
  };
  /** A fault of ours must not hold up what comes behind it for ever, nor be tried without rest. */
  const broken = ({ channel }: Place, item: Item, error: unknown): number | undefined => {
    if (signal.aborted) throw error;
    log('error', 'a reply could not be sent; this is a bug of clawden', { channel, ...traceOf(error) });
    item.uncertain = true;
    item.tries += 1;
    return item.tries < MOST_FAULTS ? backoff(item) : undefined;
  };
  const backoff = ({ tries }: Item): number =>
    Math.min(BACKOFF * 2 ** (tries - 1), LONGEST_BACKOFF) * (0.5 + random() / 2);

  return {
    add: (parts) => {
      for (const { seq, uncertain, ...place } of parts) {
        put(place, { seq, uncertain, patient: true, tries: 0 });
      }
    },
    say: (place, part, patient) =>
      put(place, { part: { ...part, key: randomUUID() }, patient, uncertain: false, tries: 0 }),
    settled: async (conversation) => {
      for (
        let loop = conversations.get(conversation)?.loop;
        loop;
        loop = conversations.get(conversation)?.loop
      ) {
        await loop;
      }
    },
    drain: async () => {
      draining.abort();
      await Promise.all([...conversations.values()].map(({ loop }) => loop));
    },
  };
}
