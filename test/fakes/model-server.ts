import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { answer } from './model/answer.ts';
import { type Behaviour, Script } from './model/behaviour.ts';
import { OPENAI } from './model/dialects.ts';
import { dialectOf, lastUserWords, type ModelRequest, parseJson, toObject } from './model/request.ts';

export type { Behaviour } from './model/behaviour.ts';
export type { ModelRequest } from './model/request.ts';

export interface ModelServer {
  readonly port: number;
  readonly url: string;
  /** Every request so far, those for an answer and the others. */
  readonly requests: ModelRequest[];
  /** Orders for the next requests, one each, in this order. */
  respond(...behaviours: Behaviour[]): void;
  /** The order for all requests that have none of their own; undefined takes it back. */
  always(behaviour: Behaviour | undefined): void;
  reset(): void;
  close(): Promise<void>;
}

export interface ModelServerOptions {
  host?: string;
  port?: number;
  /** PEM texts; with them the server speaks https. */
  tls?: { key: string; cert: string };
}

export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { host = '127.0.0.1', port = 0, tls } = options;
  const script = new Script();
  const requests: ModelRequest[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    serve(script, requests, request, response).catch(() => response.destroy());
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    requests,
    respond: (...behaviours) => script.add(behaviours),
    always: (behaviour) => script.always(behaviour),
    reset: () => {
      script.clear();
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  script: Script,
  requests: ModelRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = parseJson(Buffer.concat(chunks).toString());
  const { method = '', url = '', headers } = request;
  const path = url.replace(/\?.*/, '');
  if (path.startsWith('/_fake/')) return control(script, requests, `${method} ${path}`, body, response);
  const record = { n: requests.length + 1, at: Date.now(), method, path: url, headers, body };
  const seen: ModelRequest = { ...record, words: lastUserWords(body), aborted: false };
  requests.push(seen);
  response.on('close', () => {
    seen.aborted = !response.writableFinished;
  });
  const dialect = dialectOf(path);
  if (method === 'POST' && dialect) {
    const { model, stream } = toObject(body);
    const asked = { dialect, model: String(model ?? 'fake'), words: seen.words, stream: stream === true };
    return answer(response, asked, script.take(seen.words, body));
  }
  if (method === 'GET' && path.endsWith('/models')) {
    return json(response, 200, {
      object: 'list',
      data: [{ id: 'fake', object: 'model', created: 0, owned_by: 'fake' }],
    });
  }
  if (path.endsWith('/messages/count_tokens'))
    return json(response, 200, { input_tokens: seen.words.length });
  return json(response, 404, OPENAI.error(404, `the fake model server has no ${method} ${path}`));
}

/** The same orders over HTTP, for the server as a program of its own. */
function control(
  script: Script,
  requests: ModelRequest[],
  name: string,
  body: unknown,
  response: ServerResponse,
): void {
  if (name === 'GET /_fake/requests') return json(response, 200, requests);
  if (name === 'POST /_fake/respond') script.add((Array.isArray(body) ? body : [body]) as Behaviour[]);
  else if (name === 'POST /_fake/always') script.always(body as Behaviour);
  else if (name === 'DELETE /_fake/always') script.always(undefined);
  else if (name === 'POST /_fake/reset') {
    script.clear();
    requests.length = 0;
  } else return json(response, 404, { error: `no ${name}` });
  json(response, 200, { ok: true });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

if (import.meta.main) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { port: text, host: text, 'tls-key': text, 'tls-cert': text } });
  const { 'tls-key': key, 'tls-cert': cert } = values;
  const tls =
    key && cert ? { tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } } : {};
  const options = { host: values.host ?? '127.0.0.1', port: Number(values.port ?? 0), ...tls };
  const server = await startModelServer(options);
  console.log(JSON.stringify({ port: server.port }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
}
