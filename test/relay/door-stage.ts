import { afterEach } from 'vitest';
import type { Dialect } from '../../supervisor/providers/table.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../fakes/model-server.ts';
import { freePort, type RelayProcess, startRelay } from './relay-process.ts';

export const KEY = 'real-key-of-the-user';
export const cleanup: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const one of cleanup.splice(0).reverse()) await one();
});

export interface Stage {
  readonly model: ModelServer;
  readonly relay: RelayProcess;
  /** A request as the runtime would make it, with the placeholder key. */
  readonly ask: (body?: object, init?: RequestInit) => Promise<Response>;
}

export async function stage(
  dialect: Dialect,
  options: ModelServerOptions = {},
  environment = {},
): Promise<Stage> {
  const model = await startModelServer(options);
  cleanup.push(() => model.close());
  const relay = await relayTo(dialect, model.url, environment);
  return { model, relay, ask: (body, init) => ask(relay, dialect, body, init) };
}

export async function relayTo(dialect: Dialect, url: string, environment = {}): Promise<RelayProcess> {
  const port = await freePort();
  const relay = await startRelay({
    setup: {
      door: { port, key: 'placeholder-key', dialect },
      upstream: { kind: 'http', baseUrl: dialect === 'openai' ? `${url}/v1` : url, apiKey: KEY, dialect },
    },
    environment,
  });
  cleanup.push(relay.stop);
  return relay;
}

export const paths = { openai: '/v1/chat/completions', anthropic: '/v1/messages' } as const;

export function ask(
  relay: RelayProcess,
  dialect: Dialect,
  body: object = {},
  init: RequestInit = {},
): Promise<Response> {
  const key = relay.setup.door.key;
  const headers = { ...(dialect === 'openai' ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }) };
  const whole = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], ...body };
  return fetch(relay.door + paths[dialect], {
    method: 'POST',
    body: JSON.stringify(whole),
    ...init,
    headers: { 'content-type': 'application/json', ...headers, ...init.headers },
  });
}
