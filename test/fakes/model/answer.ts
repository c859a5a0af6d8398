import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import type { Answer, Dialect } from './dialects.ts';

export interface Asked {
  dialect: Dialect;
  model: string;
  words: string;
  stream: boolean;
}

/** Answers as ordered; the client hanging up ends it at any point. */
export async function answer(
  response: ServerResponse,
  asked: Asked,
  order: Behaviour | undefined,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  if (order?.delay_ms) await pause(order.delay_ms, gone.signal);
  if (gone.signal.aborted) return;
  const said = toAnswer(asked, order);
  switch (order?.kind) {
    case 'error':
      return fail(response, asked.dialect, order);
    case 'garbage': {
      const type = asked.stream ? 'text/event-stream' : 'application/json';
      response
        .writeHead(200, { 'content-type': type })
        .end(order.body ?? 'data: {"choices":[{"del\n\n<html>');
      return;
    }
    case 'plain':
      return plain(response, asked.dialect.plain(said));
    case 'hang':
      if (order.after_tokens === undefined) return;
      return stream(response, asked.dialect, said, { signal: gone.signal, only: order.after_tokens });
    case 'cut':
      if (!asked.stream) return half(response, asked.dialect.plain(said));
      await stream(response, asked.dialect, said, { signal: gone.signal, only: order.after_tokens ?? 1 });
      response.destroy();
      return;
    default: {
      const gap = order && 'token_delay_ms' in order ? order.token_delay_ms : undefined;
      if (!asked.stream) return plain(response, asked.dialect.plain(said));
      return stream(response, asked.dialect, said, { signal: gone.signal, ...(gap ? { gap } : {}) });
    }
  }
}

function toAnswer({ model, words }: Asked, order: Behaviour | undefined): Answer {
  const text = order && 'text' in order && order.text !== undefined ? order.text : `pong: ${words}`;
  const tool = order?.kind === 'tool' ? { name: order.name, arguments: order.arguments } : undefined;
  return { model, words, tool, text: order?.kind === 'empty' || tool ? '' : text };
}

function plain(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The connection breaks in the middle of a body whose length was promised. */
function half(response: ServerResponse, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

function fail(response: ServerResponse, dialect: Dialect, order: Behaviour & { kind: 'error' }): void {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (order.retry_after !== undefined) headers['retry-after'] = String(order.retry_after);
  const message = order.message ?? `the model server was told to answer ${order.status}`;
  response
    .writeHead(order.status, headers)
    .end(order.body ?? JSON.stringify(dialect.error(order.status, message)));
}

async function stream(
  response: ServerResponse,
  dialect: Dialect,
  said: Answer,
  how: { signal: AbortSignal; gap?: number; only?: number },
): Promise<void> {
  const { open, tokens, close } = dialect.stream(said);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of open) await write(response, event);
  for (const event of tokens.slice(0, how.only)) {
    if (how.gap) await pause(how.gap, how.signal);
    if (how.signal.aborted) return;
    await write(response, event);
  }
  if (how.only === undefined) response.end(close.join(''));
}

/** Resolves when the bytes have left, so that a cut afterwards does not take them along. */
function write(response: ServerResponse, event: string): Promise<void> {
  return new Promise((resolve) => response.write(event, () => resolve()));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
