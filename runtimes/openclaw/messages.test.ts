import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Turn, TurnEvent } from '../contract.ts';
import { contentOf, createMessages, messages, refusal, streamError } from './messages.ts';

const turn: Turn = { session: 's1', messages: [{ role: 'user', text: 'hi' }], origin: 'api' };
const never = new AbortController().signal;
const servers: { close: () => void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A gateway that answers as told; returns its endpoint. */
async function gateway(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  servers.push({ close });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, bearer: 'secret' } as const;
}

type Address = Awaited<ReturnType<typeof gateway>>;

async function send(endpoint: Address, asked = turn, signal = never): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of messages.connect(endpoint).send(asked, signal)) events.push(event);
  return events;
}

const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;

test('pictures go beside the words, and a picture alone without any', () => {
  const images = [{ mediaType: 'image/png', base64: 'iVBORw0KGgo=' }];
  const part = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
  expect(contentOf({ role: 'user', text: 'what is it?', images })).toEqual([
    { type: 'text', text: 'what is it?' },
    part,
  ]);
  expect(contentOf({ role: 'user', text: '', images })).toEqual([part]);
  expect(contentOf({ role: 'user', text: 'just words' })).toBe('just words');
});

test('a turn is one streaming completion with bearer and session key, and its deltas come out', async () => {
  let seen: { headers: IncomingMessage['headers']; body: unknown } | undefined;
  const endpoint = await gateway((request, response, body) => {
    seen = { headers: request.headers, body: JSON.parse(body) };
    // Cut inside a character and inside a line.
    const whole = Buffer.from(
      `${chunk({ role: 'assistant' })}${chunk({ content: 'grün ' })}${chunk({ content: 'x' })}data: [DONE]\n\n`,
    );
    const cut = whole.indexOf(0xc3) + 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(whole.subarray(0, cut));
    setTimeout(() => response.end(whole.subarray(cut)), 20);
  });
  expect(await send(endpoint)).toEqual([
    { kind: 'delta', text: 'grün ' },
    { kind: 'delta', text: 'x' },
    { kind: 'done' },
  ]);
  expect(seen?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'x-openclaw-session-key': 'clawden:api:s1',
  });
  expect(seen?.headers).not.toHaveProperty('x-openclaw-message-channel');
  expect(seen?.body).toEqual({
    model: 'openclaw',
    stream: true,
    messages: [{ role: 'user', content: 'hi' }],
  });
});

test('a message from a platform says so', async () => {
  let channel: unknown;
  const endpoint = await gateway((request, response) => {
    channel = request.headers['x-openclaw-message-channel'];
    response.end('data: [DONE]\n\n');
  });
  await send(endpoint, { ...turn, origin: 'telegram' });
  expect(channel).toBe('telegram');
});

test('aborting hangs up', async () => {
  const aborted = Promise.withResolvers<void>();
  const endpoint = await gateway((_request, response) => {
    response.on('close', () => aborted.resolve());
    response.write(chunk({ role: 'assistant' }));
    response.write(chunk({ content: 'a' }));
  });
  const controller = new AbortController();
  for await (const event of messages.connect(endpoint).send(turn, controller.signal)) {
    expect(event).toEqual({ kind: 'delta', text: 'a' });
    controller.abort();
  }
  await aborted.promise;
});

test('a gateway that is not there, or dies in the middle, is not available', async () => {
  const endpoint = await gateway((_request, response) => {
    response.write(chunk({ content: 'half' }));
    setTimeout(() => response.destroy(), 20);
  });
  expect(await send(endpoint)).toMatchObject([
    { kind: 'delta' },
    { kind: 'error', code: 'runtime-unavailable' },
  ]);
  servers.splice(0)[0]?.close();
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code: 'runtime-unavailable' }]);
});

test('an end without [DONE] is no end', async () => {
  const endpoint = await gateway((_request, response) => response.end(chunk({ content: 'half' })));
  expect(await send(endpoint)).toMatchObject([{ kind: 'delta' }, { code: 'runtime-unavailable' }]);
});

// Answers of OpenClaw 2026.9.6 to a model that fails.
test.each([
  ['a refused model key', { message: '401 bad key', type: 'authentication_error' }, 'provider-auth'],
  ['a forbidden model', { message: '403 no', type: 'authentication_error' }, 'provider-auth'],
  [
    'the minute after a refused key',
    {
      message:
        'Inline API key for provider "clawden" is temporarily disabled after a provider auth/billing failure. Retry after about 1 minute, or switch to a different auth profile/API key.',
      type: 'api_error',
    },
    'provider-auth',
  ],
  [
    'a limit',
    { message: '429 slow down; Retry-After: 1 seconds', type: 'rate_limit_error' },
    'provider-limit',
  ],
  ['a failing provider', { message: 'upstream provider error', type: 'api_error' }, 'provider-error'],
  ['an unknown model', { message: '404 no such model', type: 'invalid_request_error' }, 'provider-error'],
  [
    'a silent or unreachable provider',
    { message: 'upstream provider timeout', type: 'api_error' },
    'provider-timeout',
  ],
  ['an empty answer', { message: 'internal error', type: 'api_error' }, 'no-reply'],
])('in the stream: %s', async (_name, error, code) => {
  expect(streamError(error)).toMatchObject({ kind: 'error', code });
  const endpoint = await gateway((_request, response) => {
    response.end(`${chunk({ role: 'assistant' })}data: ${JSON.stringify({ error })}\n\ndata: [DONE]\n\n`);
  });
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code }]);
});

test.each([
  [401, 'unauthorized', 'runtime-refused'],
  [401, 'authentication_error', 'provider-auth'],
  [400, 'invalid_request_error', 'bad-request'],
  [403, 'proxy_attribution_required', 'runtime-refused'],
  [408, 'api_error', 'provider-timeout'],
  [429, 'rate_limit_error', 'provider-limit'],
  [500, 'api_error', 'no-reply'],
  [502, 'api_error', 'provider-error'],
  [503, 'gateway_unavailable', 'runtime-unavailable'],
])('before the stream: %i %s', (status, type, code) => {
  expect(refusal(status, JSON.stringify({ error: { message: 'm', type } }))).toMatchObject({ code });
});

test('an answer that is no JSON still ends the turn with an error', () => {
  expect(refusal(502, '<html>')).toMatchObject({ kind: 'error', code: 'provider-error' });
});

const silence = `data: ${JSON.stringify({ error: { message: 'internal error', type: 'api_error' } })}\n\n`;

test('a session that OpenClaw refuses while it takes up what was cut off is asked again, and others at once', async () => {
  let asked = 0;
  const endpoint = await gateway((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(asked < 3 ? silence : `${chunk({ content: 'here' })}data: [DONE]\n\n`);
  });
  const patient = createMessages({ lasts: 5_000, refusedWithin: 2_000, again: 10 }).connect(
    endpoint,
    () => 7,
  );
  const events: TurnEvent[] = [];
  for await (const event of patient.send(turn, never)) events.push(event);
  expect(events).toEqual([{ kind: 'delta', text: 'here' }, { kind: 'done' }]);
  expect(asked).toBe(3);
});

test.each([
  ['long after the start', { lasts: 0, refusedWithin: 2_000, again: 10 }, 0, 0],
  ['after the time that a refusal takes', { lasts: 5_000, refusedWithin: 100, again: 10 }, 300, 0],
  ['though it asked its model', { lasts: 5_000, refusedWithin: 2_000, again: 10 }, 0, 1],
])('an agent that says nothing %s is asked once', async (_when, recovering, delay, askedModel) => {
  let asked = 0;
  const endpoint = await gateway((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    setTimeout(() => response.end(silence), delay);
  });
  const events: TurnEvent[] = [];
  const client = createMessages(recovering).connect(endpoint, () => asked * askedModel);
  for await (const event of client.send(turn, never)) events.push(event);
  expect(events).toMatchObject([{ kind: 'error', code: 'no-reply' }]);
  expect(asked).toBe(1);
});
