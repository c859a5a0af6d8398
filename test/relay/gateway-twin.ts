import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../runtimes/contract.ts';

/**
 * Does over HTTP what an OpenClaw gateway was measured to do: remembers sessions by their lower-cased key, wraps the
 * user's words before the model (the relay's door) sees them, streams the answer, and drops the run of a client that
 * hangs up.
 */
export interface GatewayTwin {
  readonly endpoint: Endpoint;
  /** Session keys in the order in which their turns began. */
  readonly began: readonly string[];
  /** Session keys of turns whose client hung up. */
  readonly aborted: readonly string[];
  /** The most turns of one session that ever ran at once. */
  readonly mostPerSession: () => number;
  readonly close: () => Promise<void>;
}

const INTERNAL = '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\n"none"\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>';

interface Message {
  readonly role: string;
  readonly content: string;
}

export async function startGatewayTwin(model: { url: string; key: string }): Promise<GatewayTwin> {
  const bearer = 'runtime-bearer';
  const sessions = new Map<string, Message[]>();
  const running = new Map<string, number>();
  const began: string[] = [];
  const aborted: string[] = [];
  let most = 0;

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (incoming.headers.authorization !== `Bearer ${bearer}`) {
      outgoing.writeHead(401).end('{"error":{"message":"Unauthorized","type":"unauthorized"}}');
      return;
    }
    const key = String(incoming.headers['x-openclaw-session-key']).toLowerCase();
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { messages } = JSON.parse(text) as { messages: Message[] };
    const history = sessions.get(key) ?? [];
    sessions.set(key, history);
    history.push(wrap(messages));
    began.push(key);
    running.set(key, (running.get(key) ?? 0) + 1);
    most = Math.max(most, running.get(key) ?? 0);

    const gone = new AbortController();
    outgoing.on('close', () => {
      running.set(key, (running.get(key) ?? 1) - 1);
      if (outgoing.writableFinished) return;
      aborted.push(key);
      gone.abort();
    });
    outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    send(outgoing, { role: 'assistant' });
    const answer = await ask(model, history, gone.signal);
    if (answer.status === 200) {
      history.push({ role: 'assistant', content: answer.text });
      for (const piece of answer.text.match(/\S+\s*/g) ?? []) {
        send(outgoing, { content: piece });
        await sleep(1);
      }
    } else {
      const type = answer.status === 401 ? 'authentication_error' : 'api_error';
      outgoing.write(`data: ${JSON.stringify({ error: { message: `${answer.status} model`, type } })}\n\n`);
    }
    outgoing.end('data: [DONE]\n\n');
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { host: '127.0.0.1', port, bearer },
    began,
    aborted,
    mostPerSession: () => most,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function wrap(messages: readonly Message[]): Message {
  const label = (role: string): string => (role === 'user' ? 'User' : 'Assistant');
  const last = messages.at(-1)?.content ?? '';
  const earlier = messages.slice(0, -1).map((one) => `${label(one.role)}: ${one.content}`);
  const folded =
    earlier.length === 0
      ? last
      : `[Chat messages since your last reply - for context]\n${earlier.join('\n')}\n\n[Current message - respond to this]\nUser: ${last}`;
  return { role: 'user', content: `[Tue 2026-11-24 15:28 UTC] ${folded}` };
}

function send(outgoing: ServerResponse, delta: object): void {
  outgoing.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
}

function ask(
  model: { url: string; key: string },
  history: readonly Message[],
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  const messages = [{ role: 'system', content: 's' }, ...history, { role: 'user', content: INTERNAL }];
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${model.key}`, 'content-type': 'application/json' };
    const asked = request(`${model.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      signal,
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', async (answer) => {
      let body = '';
      for await (const chunk of answer) body += chunk;
      const content = (JSON.parse(body) as { choices?: { message: { content: string } }[] }).choices?.[0];
      resolve({ status: answer.statusCode ?? 0, text: content?.message.content ?? '' });
    });
    asked.end(JSON.stringify({ model: 'm', messages }));
  });
}
