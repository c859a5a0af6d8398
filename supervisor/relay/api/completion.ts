import type { ServerResponse } from 'node:http';
import type { TurnEvent } from '../../../runtimes/contract.ts';
import { type ApiError, turnError } from './error.ts';

/** What all objects of one completion have in common. */
export interface CompletionHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

// Runtimes do not tell it; clients that ask for it want the field.
const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** Waits for the end of a turn and answers it in one piece. Throws an `ApiError`. */
export async function sendWhole(
  response: ServerResponse,
  events: AsyncIterable<TurnEvent>,
  head: CompletionHead,
): Promise<void> {
  let content = '';
  for await (const event of events) {
    if (event.kind === 'delta') content += event.text;
    const failure = failureOf(event);
    if (failure) throw failure;
  }
  // The turn was aborted: nobody is left to be told.
  if (response.destroyed) return;
  const message = { role: 'assistant', content, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
}

/**
 * Answers a turn as server-sent events. Headers wait for the first event, so that an early failure is a real HTTP
 * error (thrown); in a silence of `quiet` milliseconds a comment keeps proxies in between from hanging up.
 */
export async function sendStream(
  response: ServerResponse,
  events: AsyncIterable<TurnEvent>,
  head: CompletionHead,
  options: { readonly includeUsage: boolean; readonly quiet: number },
): Promise<void> {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    data({ ...head, object: 'chat.completion.chunk', choices, ...more });
  const delta = (content: object, finish_reason: string | null = null): string =>
    chunk([{ index: 0, delta: content, finish_reason }]);

  const write = (text: string): boolean => {
    heartbeat.refresh();
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    }
    return response.write(text);
  };
  const heartbeat = setInterval(() => write(': still working\n\n'), options.quiet);

  try {
    let started = false;
    const start = (): void => {
      if (!started) write(delta({ role: 'assistant', content: '' }));
      started = true;
    };
    for await (const event of events) {
      const failure = failureOf(event);
      if (failure && !response.headersSent) throw failure;
      if (failure) {
        // No [DONE] follows: a client that does not know error events must not take this for an end.
        response.end(data(failure.body));
        return;
      }
      start();
      if (event.kind === 'delta' && !write(delta({ content: event.text }))) await drained(response);
    }
    if (response.destroyed) return;
    start();
    write(delta({}, 'stop'));
    if (options.includeUsage) write(chunk([], { usage }));
    response.end('data: [DONE]\n\n');
  } finally {
    clearInterval(heartbeat);
  }
}

function failureOf(event: TurnEvent): ApiError | undefined {
  if (event.kind !== 'error' || event.code === 'no-reply') return undefined;
  return turnError(event.code, event.message);
}

/** Until a slow client has taken what was written, or is gone. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
