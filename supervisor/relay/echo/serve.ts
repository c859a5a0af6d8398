import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from '../../providers/table.ts';
import { BodyTooLarge, readBody } from '../body.ts';
import { errorBody, refuse } from '../door/refuse.ts';
import { anthropicBody, anthropicEvents, anthropicModels } from './anthropic.ts';
import { type Conversation, readConversation } from './conversation.ts';
import { openaiBody, openaiEvents, openaiModels } from './openai.ts';
import { type EchoReply, replyTo } from './reply.ts';

export interface EchoOptions {
  readonly dialect: Dialect;
  /** Directives in the user's text are followed. */
  readonly scripted: boolean;
}

/** Conversations with pictures in them are large. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** Answers as a model provider would, without a network. */
export function serveEcho(request: IncomingMessage, response: ServerResponse, options: EchoOptions): void {
  answer(request, response, options).catch((error: unknown) => {
    if (error instanceof BodyTooLarge)
      refuse(response, options.dialect, 'too-large', 'the request is too large');
    // Else the runtime hung up: nobody is left to be told.
    else response.destroy();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: EchoOptions,
): Promise<void> {
  const { dialect, scripted } = options;
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  const route = `${request.method} ${path}`;
  if (route === 'GET /v1/models') return json(response, 200, models[dialect]);
  if (!routes[dialect].has(route)) {
    return refuse(response, dialect, 'no-such-path', `the echo model has no ${route}`);
  }
  const body = await readBody(request, BODY_LIMIT);
  const asked = readConversation(parse(body), body.length);
  if (!asked)
    return refuse(response, dialect, 'bad-json', 'the body is no JSON object with a list of messages');
  if (path.endsWith('/count_tokens')) return json(response, 200, { input_tokens: Math.ceil(asked.size / 4) });

  const reply = replyTo(asked, scripted);
  if (reply.delay > 0) await sleep(reply.delay, undefined, { signal: closing(response) });
  if (reply.kind === 'status') {
    const message = `the echo model answers ${reply.status} as told`;
    return json(response, reply.status, errorBody(dialect, reply.status, 'scripted', message));
  }
  send(response, dialect, asked, reply);
}

function send(
  response: ServerResponse,
  dialect: Dialect,
  asked: Conversation,
  reply: Exclude<EchoReply, { kind: 'status' }>,
): void {
  const id = randomUUID().replaceAll('-', '');
  const now = Math.floor(Date.now() / 1000);
  if (!asked.stream) {
    const body = dialect === 'openai' ? openaiBody(asked, reply, id, now) : anthropicBody(asked, reply, id);
    return json(response, 200, body);
  }
  const events =
    dialect === 'openai' ? openaiEvents(asked, reply, id, now) : anthropicEvents(asked, reply, id);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of events) response.write(event);
  response.end();
}

const models: Readonly<Record<Dialect, object>> = { openai: openaiModels, anthropic: anthropicModels };

const routes: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  openai: new Set(['POST /v1/chat/completions']),
  anthropic: new Set(['POST /v1/messages', 'POST /v1/messages/count_tokens']),
};

function closing(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
