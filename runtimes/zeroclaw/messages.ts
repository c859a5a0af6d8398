import type { Endpoint, MessageApi, Turn, TurnEvent } from '../contract.ts';
import { errorEvent, failure } from './errors.ts';
import { type Frame, openSocket } from './socket.ts';

/** A turn may run tools for a long time, silently; as long as one does there is no limit on silence. */
const TURN_LIMIT = 30 * 60_000;
/** ZeroClaw waits for ever for a model that has stopped in the middle of its stream, or never began (measured). */
const MODEL_SILENCE = 180_000;

/** ZeroClaw's chat socket: https://github.com/zeroclaw-labs/zeroclaw/blob/v0.8.4/crates/zeroclaw-gateway/src/ws.rs */
export const messages: MessageApi = {
  images: true,
  // A socket per message: a socket reads its session's history once, when it is opened.
  connect: (endpoint) => ({
    send: (turn, signal) => send(endpoint, turn, signal),
    close: () => undefined,
  }),
};

async function* send(endpoint: Endpoint, turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const limit = AbortSignal.timeout(TURN_LIMIT);
  const silence = watchSilence();
  const ended = AbortSignal.any([signal, limit, silence.signal]);
  const session = encodeURIComponent(`${turn.origin}:${turn.session}`);
  // Closing the socket ends the turn in ZeroClaw, and its request to the model.
  const socket = openSocket(endpoint, `/ws/chat?agent=clawden&session_id=${session}`, ended);
  try {
    socket.send({ type: 'message', content: contentOf(turn) });
    const reply = createReply();
    for await (const frame of socket.frames) {
      silence.heard(frame);
      // Nobody is there to be asked; unanswered it would wait two minutes and then take it for a no.
      if (frame.type === 'approval_request') {
        socket.send({ type: 'approval_response', request_id: frame.request_id, decision: 'deny' });
      }
      const events = reply.read(frame);
      yield* events;
      if (events.some(({ kind }) => kind !== 'delta')) return;
    }
    throw new Error('the socket closed early');
  } catch {
    if (signal.aborted) return;
    if (limit.aborted) yield failure('turn-timeout', 'the turn took longer than 30 minutes');
    else if (silence.signal.aborted)
      yield failure('provider-timeout', 'the model said nothing for 3 minutes');
    else yield failure('runtime-unavailable', 'the connection to ZeroClaw broke');
  } finally {
    silence.stop();
    socket.close();
  }
}

interface Reply {
  /** Ends with anything but a delta. */
  readonly read: (frame: Frame) => readonly TurnEvent[];
}

function createReply(): Reply {
  let said = '';
  let tools = false;
  const words = (text: string): readonly TurnEvent[] => {
    if (text === '') return [];
    // What it says before and after its tools are two paragraphs; it sends them without anything in between.
    const gap = tools && said !== '' && !said.endsWith('\n') ? '\n\n' : '';
    tools = false;
    said += gap + text;
    return [{ kind: 'delta', text: gap + text }];
  };
  return {
    read(frame) {
      switch (frame.type) {
        case 'chunk':
          return words(frame.content ?? '');
        case 'tool_call':
          tools = true;
          return [];
        case 'done': {
          const rest = said === '' ? words(frame.full_response ?? '') : [];
          const end: TurnEvent =
            said === '' ? failure('no-reply', 'the agent gave no reply') : { kind: 'done' };
          return [...rest, end];
        }
        case 'error':
          return [errorEvent(frame)];
        case 'aborted':
          return [failure('runtime-refused', 'the turn was ended in ZeroClaw')];
        default:
          return [];
      }
    },
  };
}

interface Silence {
  readonly signal: AbortSignal;
  readonly heard: (frame: Frame) => void;
  readonly stop: () => void;
}

/** Aborts when nothing is heard while the model, not a tool, has the word. */
function watchSilence(): Silence {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => over.abort(), MODEL_SILENCE);
  };
  start();
  return {
    signal: over.signal,
    heard: ({ type }) => (type === 'tool_call' ? clearTimeout(timer) : start()),
    stop: () => clearTimeout(timer),
  };
}

/** The message; of a conversation that ZeroClaw does not know, all of it: its socket takes one text only. Pure. */
function contentOf(turn: Turn): string {
  // Its own mark for a picture in a text; the model gets it as one.
  const marks = turn.messages.flatMap(({ images = [] }) =>
    images.map(({ mediaType, base64 }) => `[IMAGE:data:${mediaType};base64,${base64}]`),
  );
  return [wordsOf(turn), ...marks].filter(Boolean).join('\n');
}

function wordsOf({ messages: list }: Turn): string {
  const last = list.at(-1);
  const earlier = list.slice(0, -1);
  if (earlier.length === 0) return last?.text ?? '';
  const transcript = earlier.map(({ role, text }) => `${titles[role]}: ${text}`).join('\n');
  return `[Chat messages since your last reply - for context]\n${transcript}\n\n[Current message - respond to this]\n${last ? titles[last.role] : 'User'}: ${last?.text ?? ''}`;
}

const titles = { system: 'System', user: 'User', assistant: 'Assistant' } as const;
