import type { Endpoint, MessageApi, Turn, TurnErrorCode, TurnEvent } from '../contract.ts';
import { fold } from '../fold.ts';
import { readFrame } from './frames.ts';
import { fetchOffered } from './media.ts';
import { APART, createRounds } from './rounds.ts';

/** A turn may run tools for a long time, and PicoClaw is silent meanwhile: there is no limit on silence. */
const TURN_LIMIT = 30 * 60_000;
/** For the answer to an order to stop; it comes at once. */
const STOP_LIMIT = 3_000;

/**
 * PicoClaw's pico channel, a WebSocket. A connection per turn: answers go to every connection of their session and bear
 * no number, so one that is opened for a turn hears of no other.
 */
export const messages: MessageApi = {
  images: true,
  connect: (endpoint) => ({
    send: (turn, signal) => send(endpoint, turn, signal),
    close: () => undefined,
  }),
};

async function* send(endpoint: Endpoint, turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  if (signal.aborted) return;
  const socket = connect(endpoint, turn);
  const limit = AbortSignal.timeout(TURN_LIMIT);
  const given = AbortSignal.any([signal, limit]);
  const giveUp = (): void => socket.giveUp();
  given.addEventListener('abort', giveUp);
  const rounds = createRounds();
  const missing: string[] = [];
  let quiet: NodeJS.Timeout | undefined;
  let over = false;
  try {
    if (!(await socket.opened)) {
      if (!given.aborted) yield failure('runtime-unavailable', 'PicoClaw takes no connection');
      return;
    }
    // Once it is sent the turn runs, and must have ended before the next message of the session: that one would be
    // taken into it.
    socket.say(escapeCommand(fold(turn.messages)), imagesOf(turn));
    for await (const data of socket.frames) {
      clearTimeout(quiet);
      const reading = readFrame(data);
      if (reading.kind === 'failed') return yield reading.error;
      if (reading.kind === 'answer') {
        yield* lastWords([reading.text, ...missing]);
        return;
      }
      if (reading.kind === 'calls') rounds.calls(reading.names);
      if (reading.kind === 'files') {
        rounds.file();
        // At once: the agent may write over it.
        for (const file of reading.files) {
          const bytes = await fetchOffered(endpoint, file, given);
          if (bytes) yield { kind: 'file', name: file.name, mediaType: file.mediaType, data: bytes };
          else missing.push(`(the file ${file.name} could not be fetched)`);
        }
      }
      if (!rounds.over()) continue;
      quiet = setTimeout(() => {
        over = true;
        socket.giveUp();
      }, APART);
    }
    if (over && !given.aborted) {
      yield* lastWords(missing);
      return;
    }
    if (given.aborted) await stop(endpoint, turn);
    if (signal.aborted) return;
    yield limit.aborted
      ? failure('turn-timeout', 'the turn took longer than 30 minutes')
      : failure('runtime-unavailable', 'the connection to PicoClaw broke');
  } finally {
    clearTimeout(quiet);
    given.removeEventListener('abort', giveUp);
    socket.close();
  }
}

function* lastWords(parts: readonly string[]): Generator<TurnEvent> {
  const text = parts.filter((part) => part !== '').join('\n\n');
  if (text !== '') yield { kind: 'delta', text };
  yield { kind: 'done' };
}

/** Ends the turn of a session in the runtime too, its model request with it. */
async function stop(endpoint: Endpoint, turn: Turn): Promise<void> {
  const socket = connect(endpoint, turn);
  const late = setTimeout(socket.giveUp, STOP_LIMIT);
  try {
    if (!(await socket.opened)) return;
    socket.say('/stop');
    for await (const data of socket.frames) {
      const { kind } = readFrame(data);
      if (kind === 'answer' || kind === 'failed') return;
    }
  } finally {
    clearTimeout(late);
    socket.close();
  }
}

/**
 * A first word with `/` or `!` would be an order to PicoClaw, `/reload` among them. The word joiner is no white space to
 * it, and nothing to see for a reader.
 */
export function escapeCommand(text: string): string {
  return text.replace(/^([\s\u0085]*)(?=[/!])/, '$1\u2060');
}

/** Of the whole conversation, since it goes as one message. */
function imagesOf({ messages: list }: Turn): readonly string[] {
  return list.flatMap(({ images = [] }) =>
    images.map(({ mediaType, base64 }) => `data:${mediaType};base64,${base64}`),
  );
}

interface Socket {
  /** Whether a connection came to stand. */
  readonly opened: Promise<boolean>;
  /** What comes, until the connection is closed or given up. */
  readonly frames: AsyncIterable<string>;
  readonly say: (text: string, images?: readonly string[]) => void;
  readonly giveUp: () => void;
  readonly close: () => void;
}

function connect({ host, port, bearer }: Endpoint, { origin, session }: Turn): Socket {
  const id = encodeURIComponent(`${origin}-${session}`);
  const headers = { authorization: `Bearer ${bearer}` };
  const socket = new WebSocket(`ws://${host}:${port}/pico/ws?session_id=${id}`, { headers });
  const waiting: string[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<boolean>();
  let over = false;
  let wake = (): void => undefined;
  const end = (): void => {
    over = true;
    open(false);
    wake();
  };
  socket.addEventListener('open', () => open(true));
  socket.addEventListener('error', end);
  socket.addEventListener('close', end);
  socket.addEventListener('message', ({ data }) => {
    waiting.push(String(data));
    wake();
  });

  async function* frames(): AsyncGenerator<string> {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (over) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    opened,
    frames: frames(),
    say: (content, media = []) => {
      const payload = { content, ...(media.length > 0 ? { media } : {}) };
      socket.send(JSON.stringify({ type: 'message.send', payload }));
    },
    giveUp: end,
    close: () => socket.close(),
  };
}

function failure(code: TurnErrorCode, message: string): TurnEvent {
  return { kind: 'error', code, message };
}
