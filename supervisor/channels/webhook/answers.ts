import type { ServerResponse } from 'node:http';
import type { OutgoingPart } from '../adapter.ts';
import { toFile } from './answer.ts';

/** The answers of one channel whose clients wait for them in the response. */
export interface Answers {
  /** `undefined`: no answer to this message is known here. `other`: it was another message that had this id. */
  readonly state: (id: string, digest: string) => 'waiting' | 'ready' | 'other' | undefined;
  /** A message was kept. */
  readonly expect: (id: string, digest: string) => void;
  /** Sends the answer on this response, now or once it is whole. */
  readonly answer: (id: string, response: ServerResponse) => void;
  readonly add: (id: string, part: OutgoingPart) => void;
  /** It gets no more parts. False: nobody was there to get it. */
  readonly whole: (id: string) => boolean;
}

interface Answer {
  /** Of the message; unknown when an earlier process took it. */
  readonly digest: string | undefined;
  readonly parts: OutgoingPart[];
  readonly waiting: Set<ServerResponse>;
  ready: boolean;
}

/** Milliseconds of silence after which a waiting client gets a line break; load balancers give up after a minute. */
const QUIET = 15_000;
/** Answers, and bytes of them, that are kept for clients who ask again. */
const KEPT = 500;
const KEPT_BYTES = 32 * 1024 * 1024;

export function createAnswers(quiet = QUIET): Answers {
  const answers = new Map<string, Answer>();

  function of(id: string, digest?: string): Answer {
    const known = answers.get(id);
    if (known) return known;
    const made: Answer = { digest, parts: [], waiting: new Set(), ready: false };
    answers.set(id, made);
    return made;
  }

  function forget(): void {
    let bytes = 0;
    const ready = [...answers].filter(([, answer]) => answer.ready).reverse();
    for (const [index, [id, answer]] of ready.entries()) {
      bytes += answer.parts.reduce((sum, part) => sum + sizeOf(part), 0);
      if (index >= KEPT || bytes > KEPT_BYTES) answers.delete(id);
    }
  }

  return {
    state: (id, digest) => {
      const answer = answers.get(id);
      if (!answer) return undefined;
      if (answer.digest !== undefined && answer.digest !== digest) return 'other';
      return answer.ready ? 'ready' : 'waiting';
    },
    expect: (id, digest) => void of(id, digest),
    answer: (id, response) => {
      const answer = of(id);
      if (answer.ready) return finish(response, id, answer);
      answer.waiting.add(response);
      const beat = setInterval(() => keepOpen(response), quiet);
      response.once('close', () => {
        clearInterval(beat);
        answer.waiting.delete(response);
      });
    },
    add: (id, part) => void of(id).parts.push(part),
    whole: (id) => {
      const answer = of(id);
      if (answer.ready) return true;
      answer.ready = true;
      const clients = [...answer.waiting];
      for (const response of clients) finish(response, id, answer);
      forget();
      return clients.length > 0;
    },
  };
}

/** White space before the JSON is no part of it. From here on the status is 200. */
function keepOpen(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  response.write('\n');
}

function finish(response: ServerResponse, id: string, { parts }: Answer): void {
  const text = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
  const files = parts.flatMap((part) => (part.kind === 'file' ? [toFile(part)] : []));
  const body = JSON.stringify({ id, text, ...(files.length > 0 ? { files } : {}) });
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${body}\n`);
}

function sizeOf(part: OutgoingPart): number {
  return part.kind === 'text' ? part.text.length : part.data.length;
}
