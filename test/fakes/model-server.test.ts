import { spawn } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from './model/certificate.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

let server: ModelServer;

beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server.close());

function client(more: { timeout?: number; maxRetries?: number } = {}): OpenAI {
  return new OpenAI({
    baseURL: `${server.url}/v1`,
    apiKey: 'sk-test',
    maxRetries: 0,
    logLevel: 'off',
    ...more,
  });
}

function ask(words: string, openai = client()) {
  return openai.chat.completions.create({ model: 'm1', messages: [{ role: 'user', content: words }] });
}

function stream(words: string, openai = client()) {
  const messages = [{ role: 'user' as const, content: words }];
  return openai.chat.completions.create({ model: 'm1', stream: true, messages });
}

async function pieces(words: string, seen: string[] = []): Promise<string[]> {
  for await (const chunk of await stream(words)) {
    const text = chunk.choices[0]?.delta.content;
    if (text) seen.push(text);
  }
  return seen;
}

function anthropic(body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-api-key': 'sk-ant' };
  return fetch(`${server.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('the openai client', () => {
  test('gets the last user words back, and the request with its key is on record', async () => {
    const reply = await ask('are you there?');
    expect(reply.choices[0]?.message.content).toBe('pong: are you there?');
    expect(reply.usage?.total_tokens).toBe(7);
    expect(server.requests).toMatchObject([
      { path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-test' }, body: { model: 'm1' } },
    ]);
  });

  test('gets the same answer token by token', async () => {
    expect(await pieces('one two')).toEqual(['pong:', ' one', ' two']);
  });

  test('gets errors as it knows them, one for each order, then the answer', async () => {
    server.respond(
      { kind: 'error', status: 401 },
      { kind: 'error', status: 429, retry_after: 7 },
      { kind: 'error', status: 500 },
    );
    await expect(ask('x')).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    const limited: unknown = await ask('x').catch((error: unknown) => error);
    expect(limited).toBeInstanceOf(OpenAI.RateLimitError);
    expect((limited as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')).toBe('7');
    await expect(ask('x')).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect((await ask('x')).choices[0]?.message.content).toBe('pong: x');
  });

  test('times out on a request that hangs, and the server knows it hung up', async () => {
    server.respond({ kind: 'hang' });
    await expect(ask('x', client({ timeout: 200 }))).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    await expect.poll(() => server.requests[0]?.aborted).toBe(true);
    await ask('y');
    expect(server.requests[1]?.aborted).toBe(false);
  });

  test('loses the connection in the middle of a stream, after the tokens ordered', async () => {
    server.respond({ kind: 'cut', after_tokens: 2 });
    const seen: string[] = [];
    await expect(pieces('one two three', seen)).rejects.toThrow();
    expect(seen).toEqual(['pong:', ' one']);
  });

  test('gets tokens slowly when they are slow', async () => {
    server.respond({ kind: 'slow', token_delay_ms: 60 });
    const started = performance.now();
    expect(await pieces('one two')).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(170);
  });

  test('gets an empty text, garbage, and plain JSON where a stream was asked', async () => {
    server.respond({ kind: 'empty' }, { kind: 'garbage' }, { kind: 'plain' });
    expect(await pieces('x')).toEqual([]);
    await expect(pieces('x')).rejects.toThrow();
    expect((await (await stream('x').asResponse()).json()) as object).toMatchObject({
      object: 'chat.completion',
    });
  });

  test('is told to call a tool', async () => {
    server.always({ kind: 'tool', name: 'exec', arguments: { command: 'env' } });
    const call = { function: { name: 'exec', arguments: '{"command":"env"}' } };
    expect((await ask('x')).choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [call] },
    });
    server.reset();
    expect((await ask('x')).choices[0]?.finish_reason).toBe('stop');
  });

  test('lists the models', async () => {
    expect((await client().models.list()).data).toMatchObject([{ id: 'fake' }]);
  });
});

test('an order for certain words waits for them', async () => {
  server.respond({ kind: 'text', text: 'for b', when: 'bee' });
  expect((await ask('ant')).choices[0]?.message.content).toBe('pong: ant');
  expect((await ask('a bee')).choices[0]?.message.content).toBe('for b');
});

test('Anthropic messages are answered plain, tool results not taken for words', async () => {
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'no words' }] };
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }, result];
  const reply = await (await anthropic({ model: 'claude', messages })).json();
  expect(reply).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'pong: hi' }] });
  expect(server.requests[0]?.headers['x-api-key']).toBe('sk-ant');
});

test('Anthropic messages are answered as a stream of its events', async () => {
  const messages = [{ role: 'user', content: 'hi' }];
  const text = await (await anthropic({ model: 'claude', stream: true, messages })).text();
  expect([...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect([...text.matchAll(/"text_delta","text":"([^"]*)"/g)].map((match) => match[1]).join('')).toBe(
    'pong: hi',
  );
});

test('Anthropic errors have its form', async () => {
  server.respond({ kind: 'error', status: 429, retry_after: 2, message: 'slow down' });
  const response = await anthropic({ messages: [] });
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    429,
    '2',
    { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
  ]);
});

test('with a certificate it speaks https to a client that trusts it, and to no other', async () => {
  const tls = selfSigned();
  const secure = await startModelServer({ tls });
  const get = (ca?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const trust = ca === undefined ? {} : { ca };
      https
        .get(`${secure.url}/v1/models`, { ...trust, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on('error', reject);
    });
  expect(await get(tls.cert)).toBe(200);
  await expect(get()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  await secure.close();
});

test('the program is steered over HTTP', async () => {
  const main = fileURLToPath(new URL('model-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0']);
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
    await fetch(`${url}/_fake/respond`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'text', text: 'ordered' }),
    });
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k', maxRetries: 0 });
    expect((await ask('x', openai)).choices[0]?.message.content).toBe('ordered');
    expect(await (await fetch(`${url}/_fake/requests`)).json()).toMatchObject([{ words: 'x' }]);
  } finally {
    child.kill('SIGKILL');
  }
});
