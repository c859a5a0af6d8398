import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerFile, answerMethod, sendJson } from './api.ts';
import { answerControl } from './control.ts';
import { Telegram } from './telegram.ts';

export interface FakeTelegram extends Telegram {
  readonly port: number;
  /** What a client takes as its API root, seen from this machine. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startTelegram(where: { host?: string; port?: number } = {}): Promise<FakeTelegram> {
  const { host = '127.0.0.1', port = 0 } = where;
  const telegram = new Telegram();
  const server = http.createServer((request, response) => {
    // A client that hangs up in the middle of its body must not take the server with it.
    route(telegram, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const close = async (): Promise<void> => {
    telegram.reset();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return Object.assign(telegram, { port: bound, url: `http://127.0.0.1:${bound}`, close });
}

async function route(
  telegram: Telegram,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  if (url.pathname.startsWith('/_fake/')) return answerControl(telegram, request, response, url);
  const path = decodeURIComponent(url.pathname);
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
  if (file) return answerFile(telegram, response, file[1] ?? '', file[2] ?? '');
  const method = /^\/bot([^/]+)\/(\w+)$/.exec(path);
  if (!method || !['GET', 'POST'].includes(request.method ?? '')) {
    return sendJson(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
  }
  const asked = { token: method[1] ?? '', name: method[2] ?? '', query: url.searchParams };
  return answerMethod(telegram, request, response, asked);
}
