import { pause } from '../pause.ts';
import type { Names } from './text.ts';
import type { Web } from './web.ts';

const MOST = 1000;
/** Milliseconds; an envelope is to be acknowledged within three seconds. */
const TIME = 1_000;
const LASTS = 3_600_000;
const FAILURE_LASTS = 300_000;

export interface People {
  /** Names of these people; whose name does not come in a second is left out. */
  readonly named: (ids: readonly string[]) => Promise<Names>;
}

/** Events tell of people by their ids alone. Names are asked for once in an hour, with the scope users:read. */
export function createPeople(web: Web): People {
  const known = new Map<string, { name: Promise<string | undefined>; until: number }>();

  function ask(id: string): Promise<string | undefined> {
    const now = Date.now();
    const found = known.get(id);
    if (found && found.until > now) return found.name;
    const entry = { name: lookUp(id), until: now + LASTS };
    known.delete(id);
    known.set(id, entry);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    void entry.name.then((name) => {
      if (name === undefined) entry.until = Date.now() + FAILURE_LASTS;
    });
    return entry.name;
  }

  async function lookUp(id: string): Promise<string | undefined> {
    try {
      const { user } = await web.call('users.info', { user: id });
      const { name, profile } = Object(user);
      return [Object(profile).display_name, Object(profile).real_name, name].find((one) => one) as
        | string
        | undefined;
    } catch {
      return undefined;
    }
  }

  return {
    named: async (ids) => {
      const names = new Map<string, string>();
      const over = new AbortController();
      const asked = ids.map(async (id) => {
        const name = await ask(id);
        if (name !== undefined) names.set(id, name);
      });
      await Promise.race([Promise.all(asked), pause(TIME, over.signal)]);
      over.abort();
      return names;
    },
  };
}
