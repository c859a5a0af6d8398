import { createHash } from 'node:crypto';
import type { AdapterHost } from '../adapter.ts';
import type { Session } from './wire.ts';

/** How far the messages of a bot were taken. It outlives the process, so that the next one can ask for the rest. */
export interface Position {
  readonly session: () => Session | undefined;
  /** Number of the last event of the session that is done with. */
  readonly sequence: () => number;
  readonly begin: (session: Session, sequence: number) => void;
  /** What was missed before this session is still to be asked for; a session that dies meanwhile is not resumed. */
  readonly behind: () => boolean;
  readonly caughtUp: () => void;
  readonly advance: (sequence: number) => void;
  /** The session is over. */
  readonly forget: () => void;
  /** The last message that was kept in a chat; `guild` unless it is a direct one. */
  readonly kept: (chat: string, last: LastKept) => void;
  /** Latest first. */
  readonly chats: () => readonly (readonly [string, LastKept])[];
  readonly save: () => void;
}

export interface LastKept {
  readonly id: string;
  readonly guild?: string;
}

interface Saved {
  /** Of the token: chats are those of one bot. */
  readonly bot: string;
  readonly intents: number;
  readonly session?: Session;
  readonly sequence: number;
  readonly behind: boolean;
  readonly chats: readonly (readonly [string, LastKept])[];
}

/** Milliseconds. What was taken since is told again after a crash, and known by its id. */
const SAVE_AFTER = 500;
const MOST_CHATS = 100;

export function openPosition({ note }: Pick<AdapterHost, 'note'>, token: string, intents: number): Position {
  const bot = createHash('sha256').update(token).digest('base64url').slice(0, 16);
  const found = read(note.read());
  const saved = found?.bot === bot ? found : undefined;
  // A login with other intents hears other things.
  let session = saved?.behind || saved?.intents !== intents ? undefined : saved.session;
  let sequence = session ? (saved?.sequence ?? 0) : 0;
  let behind = false;
  const chats = new Map(saved?.chats);
  let timer: NodeJS.Timeout | undefined;

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    const now: Saved = { bot, intents, ...(session ? { session } : {}), sequence, behind, chats: [...chats] };
    note.write(JSON.stringify(now));
  }

  const changed = (): void => {
    timer ??= setTimeout(save, SAVE_AFTER).unref();
  };

  return {
    session: () => session,
    sequence: () => sequence,
    begin: (begun, at) => {
      session = begun;
      sequence = at;
      behind = chats.size > 0;
      save();
    },
    behind: () => behind,
    caughtUp: () => {
      behind = false;
      save();
    },
    advance: (to) => {
      sequence = Math.max(sequence, to);
      changed();
    },
    forget: () => {
      session = undefined;
      sequence = 0;
      save();
    },
    kept: (chat, last) => {
      chats.delete(chat);
      chats.set(chat, last);
      const [oldest] = chats.keys();
      if (chats.size > MOST_CHATS && oldest !== undefined) chats.delete(oldest);
      changed();
    },
    chats: () => [...chats].reverse(),
    save,
  };
}

/** Undefined for a note that this version cannot read. */
function read(text: string | undefined): Saved | undefined {
  if (text === undefined) return undefined;
  try {
    const saved = JSON.parse(text) as Saved;
    return Array.isArray(saved.chats) ? saved : undefined;
  } catch {
    return undefined;
  }
}
