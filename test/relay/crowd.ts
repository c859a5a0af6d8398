import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './kills-judge.ts';

/** A platform as those see it who write there. */
export interface Place {
  readonly write: (chat: number, id: string) => void;
  /** All that came from the bot, but for the first `from`. */
  readonly answers: (from: number) => readonly Answer[];
}

export interface CrowdOptions {
  readonly chats: number;
  readonly perSecond: number;
  /** Messages without an answer at which people wait: more would fill the queue, which is another test. */
  readonly patience: number;
}

export interface Crowd {
  /** Messages that have no answer yet. */
  readonly waiting: () => number;
  /** They write no more; resolves with the ids of all that they wrote. */
  readonly end: () => Promise<readonly string[]>;
}

/** People in many chats, each message with an id of its own: `m1`, `m2`, … */
export function startCrowd(place: Place, { chats, perSecond, patience }: CrowdOptions): Crowd {
  const over = new AbortController();
  const { signal } = over;
  const ids: string[] = [];
  const answered = new Set<string>();
  let looked = 0;
  const waiting = (): number => {
    const news = place.answers(looked);
    looked += news.length;
    for (const { id } of news) if (id !== undefined) answered.add(id);
    return ids.length - answered.size;
  };
  const write = async (): Promise<void> => {
    while (!signal.aborted) {
      const most = waiting() > patience;
      if (!most) {
        const id = `m${ids.length + 1}`;
        place.write(Math.floor(Math.random() * chats), id);
        ids.push(id);
      }
      const pause = most ? 100 : (1000 / perSecond) * 2 * Math.random();
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  };
  const writing = write();
  return {
    waiting,
    end: async () => {
      over.abort();
      await writing;
      return ids;
    },
  };
}

/** Until all is answered, or nothing has come for ten seconds. */
export async function settle(place: Place, ids: readonly string[]): Promise<void> {
  for (let last = -1, quiet = 0; quiet < 100; quiet += 1) {
    const answers = place.answers(0);
    const answered = new Set(answers.map(({ id }) => id));
    // For a second answer that must not come.
    if (ids.every((id) => answered.has(id))) return void (await sleep(500));
    if (answers.length !== last) quiet = 0;
    last = answers.length;
    await sleep(100);
  }
}
