import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inBase64 } from '../platform/http.ts';
import { readParams } from './body.ts';
import { findChat } from './chats.ts';
import { isOnlySlow, toApiError } from './failures.ts';
import { METHODS, methodNamed } from './methods.ts';
import type { Telegram } from './telegram.ts';
import { ApiError, type Bot, type Call, type Params, type Upload } from './types.ts';
import { WEBHOOK_ACTIVE } from './updates.ts';

/** `/bot<token>/<method>`: recorded, failed on order, or answered from the table of methods. */
export async function answerMethod(
  telegram: Telegram,
  request: IncomingMessage,
  response: ServerResponse,
  asked: { token: string; name: string; query: URLSearchParams },
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const started = performance.now();
  const method = methodNamed(asked.name) ?? asked.name;
  const call = telegram.record({ at: Date.now(), token: asked.token, method, params: {}, uploads: [] });
  try {
    const { params, uploads } = await readParams(request, asked.query);
    note(call, params, uploads);
    const order = telegram.failures.take(asked.token, method);
    if (order?.hang) return;
    if (order?.delay_ms !== undefined) await sleep(order.delay_ms);
    if (order && !isOnlySlow(order)) throw toApiError(order);
    const { remoteAddress, remotePort } = request.socket;
    const client = `${remoteAddress}:${remotePort}`;
    const result = await dispatch(telegram, asked, { params, uploads, gone: gone.signal, client });
    if (order?.lost) response.destroy();
    else finish(response, call, started, 200, { ok: true, result });
  } catch (error) {
    const failure = error instanceof ApiError ? error : new ApiError(500, `Internal Server Error: ${error}`);
    finish(response, call, started, failure.code, {
      ok: false,
      error_code: failure.code,
      description: failure.message,
      ...(failure.parameters ? { parameters: failure.parameters } : {}),
    });
  }
}

/** `/file/bot<token>/<file_path>`. */
export function answerFile(telegram: Telegram, response: ServerResponse, token: string, path: string): void {
  const bot = telegram.bots.get(token);
  const file = [...(bot?.files.values() ?? [])].find((one) => one.file_path === path);
  if (!bot) sendJson(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' });
  else if (!file) sendJson(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
  else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.data);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body, inBase64);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

async function dispatch(
  telegram: Telegram,
  { token, name }: { token: string; name: string },
  given: { params: Params; uploads: Upload[]; gone: AbortSignal; client: string },
): Promise<unknown> {
  const bot = telegram.bots.get(token);
  if (!bot) throw new ApiError(401, 'Unauthorized');
  const method = methodNamed(name);
  if (!method) throw new ApiError(404, 'Not Found');
  check(bot, method, given.params);
  return METHODS[method]({ bot, method, ...given, sent: telegram.log });
}

function check(bot: Bot, method: string, params: Params): void {
  if (method === 'getUpdates' && bot.webhook) throw new ApiError(409, WEBHOOK_ACTIVE);
  if (params.chat_id === undefined) return;
  const blocked = bot.blocked.get(findChat(bot, params.chat_id).id);
  if (blocked !== undefined && /^(send|forward|copy|edit)/.test(method)) throw new ApiError(403, blocked);
}

function note(call: Call, params: Params, uploads: Upload[]): void {
  call.params = params;
  call.uploads = uploads.map(({ field, filename, data }) => ({ field, filename, size: data.length }));
}

function finish(response: ServerResponse, call: Call, started: number, status: number, body: object): void {
  call.ms = Math.round(performance.now() - started);
  call.status = status;
  call.description = 'description' in body ? String(body.description) : null;
  sendJson(response, status, body);
}
