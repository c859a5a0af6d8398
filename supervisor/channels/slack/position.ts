import type { AdapterHost } from '../adapter.ts';

/** The last message that was kept in each chat. It outlives the process, so that the next one can ask for the rest. */
export interface Position {
  readonly kept: (channel: string, last: LastKept) => void;
  /** Latest first. */
  readonly chats: () => readonly (readonly [string, LastKept])[];
  readonly save: () => void;
}

export interface LastKept {
  readonly ts: string;
  /** `im`, `channel`, …; history tells messages without it. */
  readonly type: string;
}

/** Milliseconds. What was taken since is told again after a crash, and known by its id. */
const SAVE_AFTER = 500;
const MOST_CHATS = 100;

export function openPosition({ note }: Pick<AdapterHost, 'note'>): Position {
  const chats = new Map(read(note.read()));
  let timer: NodeJS.Timeout | undefined;

  function save(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    note.write(JSON.stringify([...chats]));
  }

  return {
    kept: (channel, last) => {
      chats.delete(channel);
      chats.set(channel, last);
      const [oldest] = chats.keys();
      if (chats.size > MOST_CHATS && oldest !== undefined) chats.delete(oldest);
      timer ??= setTimeout(save, SAVE_AFTER).unref();
    },
    chats: () => [...chats].reverse(),
    save,
  };
}

function read(text: string | undefined): [string, LastKept][] {
  try {
    const saved: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(saved) ? saved : [];
  } catch {
    return [];
  }
}
