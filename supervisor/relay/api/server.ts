import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Channel } from '../../channels/adapter.ts';
import { BodyTooLarge, readBody } from '../body.ts';
import { same } from '../door/key.ts';
import type { Log } from '../log.ts';
import type { RelaySetup } from '../protocol.ts';
import { freshSession, safeSession } from '../sessions.ts';
import type { Turns } from '../turns.ts';
import { sendStream, sendWhole } from './completion.ts';
import { ApiError, refusalError, sendError } from './error.ts';
import { type ChatRequest, noSuchModel, parseChat } from './parse.ts';

export interface ApiOptions extends Pick<RelaySetup, 'instance' | 'socket' | 'internalKey'> {
  readonly turns: Turns;
  readonly log: Log;
  /** The runtime takes images. */
  readonly images: boolean;
  /**
   * Takes the requests to `/hooks/<channel>`; undefined for a channel that is not called by HTTP, or that is not there.
   * `soon`: it is not connected yet.
   */
  readonly hook: (channel: string) => Channel['hook'] | 'soon';
  /** Milliseconds of silence after which an event stream gets a comment. */
  readonly quiet: number;
}

/** Room for a few photographs in base64 and a long conversation. */
const BODY_LIMIT = 20 * 1024 * 1024;

/** `/v1` for clients of OpenAI, and `/hooks` of channels, on the Unix socket to which PID 1 forwards what has passed its token check. */
export async function openApi(options: ApiOptions): Promise<Server> {
  const started = Math.floor(Date.now() / 1000);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => undefined);
    route(request, response, options, started).catch((error: unknown) => {
      if (error instanceof ApiError) return sendError(response, error);
      if (error instanceof BodyTooLarge) return sendError(response, tooLarge);
      if (!response.destroyed) {
        options.log('error', 'a request to the API failed', { error: String(error) });
        sendError(response, new ApiError(500, 'internal_error', 'the relay failed; its log says why'));
      }
    });
  };
  const server = createServer(answer);
  // A client that asks first must hear of a body that is too large before it has sent it.
  server.on('checkContinue', answer);
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  // Left behind by a relay that was killed.
  rmSync(options.socket, { recursive: true, force: true });
  const umask = process.umask(0o177);
  try {
    server.listen(options.socket);
  } finally {
    process.umask(umask);
  }
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return server;
}

const tooLarge = new ApiError(413, 'request_too_large', 'the body is larger than 20 MiB');

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiOptions,
  started: number,
): Promise<void> {
  const { instance } = options;
  const key = request.headers['x-clawden-internal'];
  if (!same(typeof key === 'string' ? key : undefined, options.internalKey)) {
    throw new ApiError(403, 'forbidden', 'this socket belongs to the supervisor');
  }
  const pathname = (request.url ?? '/').replace(/\?.*$/, '');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const channel = /^\/hooks\/([^/]+)$/.exec(pathname)?.[1];
  if (channel !== undefined) {
    only(method, 'POST');
    const hook = options.hook(channel);
    if (!hook) throw new ApiError(404, 'not_found', `no channel is called at ${pathname.slice(0, 100)}`);
    if (hook === 'soon') {
      const headers = { 'retry-after': '5' };
      throw new ApiError(503, 'unavailable', 'the channel is not connected yet; see /ready', { headers });
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    return hook(request, response);
  }
  const model = { id: instance, object: 'model', created: started, owned_by: 'clawden' };
  if (pathname === '/v1/chat/completions') {
    only(method, 'POST');
    return complete(request, response, options);
  }
  if (pathname === '/v1/models') {
    only(method, 'GET');
    return json(response, { object: 'list', data: [model] });
  }
  const asked = /^\/v1\/models\/([^/]+)$/.exec(pathname)?.[1];
  if (asked !== undefined) {
    only(method, 'GET');
    const id = decode(asked);
    if (id !== instance) throw noSuchModel(id, instance);
    return json(response, model);
  }
  throw new ApiError(404, 'not_found', `there is no ${pathname.slice(0, 100)} here; see /v1/models`);
}

async function complete(
  request: IncomingMessage,
  response: ServerResponse,
  options: ApiOptions,
): Promise<void> {
  const { instance, turns, images } = options;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const header = request.headers['x-clawden-session'];
  const named = typeof header === 'string' ? header : undefined;
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge;
  if (request.headers.expect !== undefined) response.writeContinue();
  const chat = parseChat(await readBody(request, BODY_LIMIT), named, instance, images);

  // From here to `run` nothing may wait: a drain in between would miss this turn.
  const refusal = turns.refusal();
  if (refusal) throw refusalError(refusal);
  const events = turns.run(turnOf(chat), gone.signal);
  const id = `chatcmpl-${randomUUID().replaceAll('-', '')}`;
  const head = { id, created: Math.floor(Date.now() / 1000), model: instance };
  if (!chat.stream) return sendWhole(response, events, head);
  return sendStream(response, events, head, { includeUsage: chat.includeUsage, quiet: options.quiet });
}

/** The runtime remembers a session, so that only what is new is sent; a fresh one gets the whole conversation. */
function turnOf(chat: ChatRequest): Parameters<Turns['run']>[0] {
  if (chat.session === undefined) return { session: freshSession(), messages: chat.messages, origin: 'api' };
  const last = chat.messages.findLast((message) => message.role === 'user');
  return { session: safeSession(chat.session), messages: last ? [last] : [], origin: 'api' };
}

function only(method: string | undefined, allowed: string): void {
  if (method === allowed) return;
  const headers = { allow: allowed };
  throw new ApiError(405, 'method_not_allowed', `only ${allowed} is served here`, { headers });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
