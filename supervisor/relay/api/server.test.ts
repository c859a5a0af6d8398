import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { TurnEvent } from '../../../runtimes/contract.ts';
import { turnFailures } from '../turn-errors.ts';
import { type ApiOptions, openApi } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-api-'));
const socket = join(folder, 'api.sock');
let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  rmSync(socket, { force: true });
});

type Script = () => AsyncGenerator<TurnEvent>;

async function openServer(
  turns: ApiOptions['turns'],
  hook: ApiOptions['hook'] = () => undefined,
): Promise<void> {
  const rest = { turns, log: () => undefined, hook, images: false, quiet: 60 };
  server = await openApi({ instance: 'i', socket, internalKey: 'k', ...rest });
}

/** Asks `/v1` whose turn goes as scripted. */
async function ask(script: Script, stream: boolean) {
  const turns = {
    refusal: () => undefined,
    run: script,
    runtime: () => undefined,
    drain: async () => undefined,
  };
  await openServer(turns);
  const body = JSON.stringify({ model: 'i', stream, messages: [{ role: 'user', content: 'x' }] });
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const headers = { 'x-clawden-internal': 'k' };
    const asked = request({
      socketPath: socket,
      path: '/v1/chat/completions',
      method: 'POST',
      headers,
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
    });
    asked.end(body);
  });
}

const error = (code: keyof typeof turnFailures): Script =>
  async function* () {
    yield { kind: 'error', code, message: 'why' };
  };

describe.each(Object.entries(turnFailures))('the error %s', (code, failure) => {
  test.each([true, false])(
    'has its status, and no client repeats it by itself (streaming: %s)',
    async (stream) => {
      const answer = await ask(error(code as keyof typeof turnFailures), stream);
      expect(answer.status).toBe(failure.status);
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(JSON.parse(answer.text)).toEqual({
        error: { message: 'why', type: failure.type, param: null, code: failure.code },
      });
    },
  );
});

const noReply: Script = async function* () {
  yield { kind: 'error', code: 'no-reply', message: 'nothing to say' };
};

test('an agent that says nothing answers nothing, and that is no error', async () => {
  const whole = await ask(noReply, false);
  expect(whole.status).toBe(200);
  expect(JSON.parse(whole.text)).toMatchObject({
    choices: [{ message: { content: '' }, finish_reason: 'stop' }],
  });
});

test('the same streamed', async () => {
  const streamed = await ask(noReply, true);
  expect(streamed.status).toBe(200);
  expect(streamed.text).toMatch(/"role":"assistant"[\s\S]*"finish_reason":"stop"[\s\S]*data: \[DONE\]\n\n$/);
});

test('a silence is filled with comments, before the first word and between words', async () => {
  const answer = await ask(async function* () {
    await sleep(100);
    yield { kind: 'delta', text: 'one' };
    await sleep(100);
    yield { kind: 'delta', text: 'two' };
    yield { kind: 'done' };
  }, true);
  expect(answer.text).toMatch(/^: still working\n\n[\s\S]*"one"[\s\S]*\n\n: still working\n\n[\s\S]*"two"/);
});

test('an error in the middle of a stream is an event, and no end follows', async () => {
  const answer = await ask(async function* () {
    yield { kind: 'delta', text: 'half' };
    yield { kind: 'error', code: 'provider-error', message: 'broke' };
  }, true);
  expect(answer.status).toBe(200);
  expect(answer.text).toMatch(/"half"[\s\S]*data: \{"error":\{"message":"broke"/);
  expect(answer.text).not.toContain('[DONE]');
});

test('a failure of our own is a 500 that does not tell what it was about', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it could
  const answer = await ask(async function* () {
    throw new Error('secret detail');
  }, false);
  expect(answer.status).toBe(500);
  expect(answer.text).not.toContain('secret detail');
});

const noTurns = {
  refusal: () => undefined,
  run: noReply,
  runtime: () => undefined,
  drain: async () => undefined,
};

describe('a request to /hooks', () => {
  const post = (path: string, headers: OutgoingHttpHeaders = {}, method = 'POST') =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const all = { 'x-clawden-internal': 'k', ...headers };
      const asked = request({ socketPath: socket, path, method, headers: all, agent: false });
      asked.on('error', reject);
      asked.on('continue', () => asked.end('sent'));
      asked.on('response', async (answer) => {
        let text = '';
        for await (const chunk of answer) text += chunk;
        resolve({ status: answer.statusCode, text });
      });
      if (headers['expect']) asked.flushHeaders();
      else asked.end(method === 'POST' ? 'sent' : undefined);
    });
  const echo: ApiOptions['hook'] = (name) =>
    name === 'late'
      ? 'soon'
      : name === 'mine'
        ? (request, response) => void request.pipe(response)
        : undefined;

  test('is the channel’s that it names, and nobody’s where there is none or it takes none', async () => {
    await openServer(noTurns, echo);
    expect(await post('/hooks/mine?a')).toEqual({ status: 200, text: 'sent' });
    expect(await post('/hooks/other')).toMatchObject({
      status: 404,
      text: expect.stringContaining('not_found'),
    });
    expect((await post('/hooks/mine', {}, 'GET')).status).toBe(405);
    expect((await post('/hooks/mine', { 'x-clawden-internal': 'guess' })).status).toBe(403);
  });

  test('for a channel that is not connected yet is to come again', async () => {
    await openServer(noTurns, echo);
    const { status, text } = await post('/hooks/late');
    expect([status, JSON.parse(text).error.code]).toEqual([503, 'unavailable']);
  });

  test('may ask before it sends its body', async () => {
    await openServer(noTurns, echo);
    expect(await post('/hooks/mine', { expect: '100-continue' })).toEqual({ status: 200, text: 'sent' });
  });
});

test.each([
  ['more than 20 MiB is refused before it is sent', 20 * 1024 * 1024 + 1, 413],
  ['less is asked for', 1024, 400],
])('a body that is announced: %s', async (_what, length, status) => {
  await openServer(noTurns);
  let continued = false;
  const answered = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'x-clawden-internal': 'k', expect: '100-continue', 'content-length': length };
    const path = '/v1/chat/completions';
    const asked = request({ socketPath: socket, path, method: 'POST', headers, agent: false });
    asked.on('continue', () => {
      continued = true;
      asked.end('x'.repeat(length));
    });
    asked.on('response', (answer) => {
      resolve(answer.statusCode);
      asked.destroy();
    });
    asked.on('error', reject);
    asked.flushHeaders();
  });
  expect([answered, continued]).toEqual([status, status !== 413]);
});
