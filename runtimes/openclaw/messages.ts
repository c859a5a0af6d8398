import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint, MessageApi, Turn, TurnErrorCode, TurnEvent, TurnMessage } from '../contract.ts';

/** A turn may run tools for a long time, and OpenClaw is silent meanwhile: there is no limit on silence. */
const TURN_LIMIT = 30 * 60_000;

/**
 * After a start that finds turns cut off, OpenClaw goes on with them by itself, and refuses what comes to their sessions
 * meanwhile: as an internal error before it asks the model ("SessionWorkStartChangedError … Retry.", in its log alone). An
 * agent that says nothing ends in the same error, but has asked. Milliseconds.
 */
const recovery = { lasts: 120_000, refusedWithin: 5_000, again: 3_000 };

/** OpenClaw's chat completions: https://docs.openclaw.ai/gateway/openai-http-api */
export const messages: MessageApi = createMessages(recovery);

export function createMessages(recovering: typeof recovery): MessageApi {
  return {
    images: true,
    // A connection per turn: what is in flight must outlive a client that is let go of.
    connect: (endpoint, modelRequests) => {
      const recovered = { ...recovering, until: performance.now() + recovering.lasts };
      return {
        send: (turn, signal) =>
          modelRequests
            ? sendThroughRecovery(endpoint, turn, signal, { ...recovered, modelRequests })
            : send(endpoint, turn, signal),
        close: () => undefined,
      };
    },
  };
}

type Recovery = typeof recovery & { readonly until: number; readonly modelRequests: () => number };

async function* sendThroughRecovery(
  endpoint: Endpoint,
  turn: Turn,
  signal: AbortSignal,
  { until, refusedWithin, again, modelRequests }: Recovery,
): AsyncGenerator<TurnEvent> {
  for (let pause = again; ; pause *= 2) {
    const began = performance.now();
    const before = modelRequests();
    let said = false;
    let refused = false;
    for await (const event of send(endpoint, turn, signal)) {
      const now = performance.now();
      refused = !said && isSilence(event) && now < until && now - began < refusedWithin;
      refused &&= modelRequests() === before;
      if (refused) break;
      said = true;
      yield event;
    }
    if (!refused) return;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
}

function isSilence(event: TurnEvent): boolean {
  return event.kind === 'error' && event.code === 'no-reply';
}

async function* send(endpoint: Endpoint, turn: Turn, signal: AbortSignal): AsyncGenerator<TurnEvent> {
  const limit = AbortSignal.timeout(TURN_LIMIT);
  try {
    const response = await post(endpoint, turn, AbortSignal.any([signal, limit]));
    if (response.statusCode === 200) yield* readEvents(response);
    else yield refusal(response.statusCode ?? 0, await textOf(response));
  } catch {
    if (signal.aborted) return;
    yield limit.aborted
      ? failure('turn-timeout', 'the turn took longer than 30 minutes')
      : failure('runtime-unavailable', 'the connection to OpenClaw broke');
  }
}

function post(endpoint: Endpoint, turn: Turn, signal: AbortSignal): Promise<IncomingMessage> {
  const list = turn.messages.map((message) => ({ role: message.role, content: contentOf(message) }));
  const body = JSON.stringify({ model: 'openclaw', stream: true, messages: list });
  return new Promise((resolve, reject) => {
    const sent = request({
      host: endpoint.host,
      port: endpoint.port,
      method: 'POST',
      path: '/v1/chat/completions',
      // Aborting closes the connection, and OpenClaw then stops the run, its model request and its tools.
      signal,
      agent: false,
      headers: {
        authorization: `Bearer ${endpoint.bearer}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-openclaw-session-key': `clawden:${turn.origin}:${turn.session}`,
        // It reaches the prompt as channel=…; /v1 is no platform.
        ...(turn.origin === 'api' ? {} : { 'x-openclaw-message-channel': turn.origin }),
      },
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Pictures reach the model as they are: the render says that it takes them. Pure. */
export function contentOf({ text, images = [] }: TurnMessage): string | readonly object[] {
  if (images.length === 0) return text;
  return [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...images.map(({ mediaType, base64 }) => ({
      type: 'image_url',
      image_url: { url: `data:${mediaType};base64,${base64}` },
    })),
  ];
}

/** Throws when the stream ends before its `[DONE]`. */
async function* readEvents(response: IncomingMessage): AsyncGenerator<TurnEvent> {
  for await (const data of eventData(response)) {
    if (data === '[DONE]') return yield { kind: 'done' };
    const chunk = JSON.parse(data) as Chunk;
    if (chunk.error) return yield streamError(chunk.error);
    const text = chunk.choices?.[0]?.delta?.content;
    if (text) yield { kind: 'delta', text };
  }
  throw new Error('the stream ended early');
}

interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly error?: OpenClawError;
}

interface OpenClawError {
  readonly message?: string;
  readonly type?: string;
}

/** The `data:` fields of a stream of server-sent events; OpenClaw puts each on a line of its own. */
async function* eventData(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const text of response as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) yield line.slice('data:'.length).trim();
  }
}

/** An error after the status 200, as measured on 2026.9.6. Pure. */
export function streamError(error: OpenClawError): TurnEvent {
  const message = error.message ?? 'OpenClaw gave no reason';
  if (error.type === 'authentication_error') return failure('provider-auth', message);
  if (/rate.?limit/i.test(`${error.type} ${message}`)) return failure('provider-limit', message);
  // After a refused key it does not ask the provider again for about a minute.
  if (/auth\/billing failure/.test(message)) return failure('provider-auth', message);
  if (/provider timeout|timed? ?out/i.test(message)) return failure('provider-timeout', message);
  // What an empty answer of the model, or its NO_REPLY, comes out as.
  if (message === 'internal error') return failure('no-reply', 'the agent gave no reply');
  return failure('provider-error', message);
}

/** An error before any event. Pure. */
export function refusal(status: number, body: string): TurnEvent {
  const error = errorOf(body);
  const message = error.message ?? `OpenClaw answered ${status}`;
  // Its own token check says `unauthorized`; a provider's refusal keeps the status and says otherwise.
  if (status === 401 && error.type === 'unauthorized') return failure('runtime-refused', message);
  return failure(codes[status] ?? (status < 500 ? 'bad-request' : 'provider-error'), message);
}

const codes: Readonly<Record<number, TurnErrorCode>> = {
  401: 'provider-auth',
  403: 'runtime-refused',
  404: 'runtime-refused',
  408: 'provider-timeout',
  429: 'provider-limit',
  500: 'no-reply',
  502: 'provider-error',
  503: 'runtime-unavailable',
};

function errorOf(body: string): OpenClawError {
  try {
    return (JSON.parse(body) as { error?: OpenClawError }).error ?? {};
  } catch {
    return {};
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  return text;
}

function failure(code: TurnErrorCode, message: string): TurnEvent {
  return { kind: 'error', code, message };
}
