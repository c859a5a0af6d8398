import { statSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { type APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayTwin, startGatewayTwin } from './gateway-twin.ts';
import { type RelayProcess, startRelay } from './relay-process.ts';

const model = 'openclaw';
let relay: RelayProcess;
let gateway: GatewayTwin;
let client: OpenAI;

beforeAll(async () => {
  relay = await startRelay({ setup: { scriptedEcho: true } });
  gateway = await startGatewayTwin({ url: relay.door, key: relay.setup.door.key });
  relay.send({ kind: 'runtime', endpoint: gateway.endpoint });
  client = new OpenAI({ baseURL: relay.api, apiKey: 'any', maxRetries: 0 });
  await until(async () => (await ask('warm up')) === 'warm up');
});
afterAll(async () => {
  await gateway.close();
  await relay.stop();
});

async function ask(content: string, session?: string): Promise<string | null> {
  const completion = await client.chat.completions.create(
    { model, messages: [{ role: 'user', content }] },
    session === undefined ? {} : { headers: { 'x-clawden-session': session } },
  );
  return completion.choices[0]?.message.content ?? null;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    await sleep(10);
  }
  throw new Error('it never came true');
}

async function failure(asked: Promise<unknown>): Promise<APIError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}

describe('the official client', () => {
  test('finds the instance as the only model', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual([model]);
    expect((await client.models.retrieve(model)).id).toBe(model);
    expect(await failure(client.models.retrieve('gpt-4'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  test('gets a whole answer', async () => {
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'hello you' }],
    });
    expect(completion).toMatchObject({ object: 'chat.completion', model });
    expect(completion.choices).toMatchObject([
      { index: 0, message: { role: 'assistant', content: 'hello you' }, finish_reason: 'stop' },
    ]);
  });

  test('gets a streamed answer, role first, then the usage', async () => {
    const stream = await client.chat.completions.create({
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'one two three' }],
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two three');
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 0 } });
  });

  test('has two sessions apart, and each remembers', async () => {
    await ask('apples', 'one');
    await ask('pears', 'two');
    expect(await ask('[[history]]', 'one')).toBe('apples');
    expect(await ask('[[history]]', 'two')).toBe('pears');
  });

  test('can name its session by user, and case makes a difference', async () => {
    const say = async (user: string, content: string) =>
      (await client.chat.completions.create({ model, user, messages: [{ role: 'user', content }] }))
        .choices[0]?.message.content;
    await say('Bob', 'big');
    await say('bob', 'small');
    expect(await say('Bob', '[[history]]')).toBe('big');
    expect(await say('bob', '[[history]]')).toBe('small');
  });

  test('sends only its last message in a session, all of them without one', async () => {
    const messages = [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'x' },
      { role: 'user', content: '[[history]]' },
    ] as const;
    const asked = { model, messages: [...messages] };
    expect((await client.chat.completions.create(asked)).choices[0]?.message.content).toBe('first');
    const again = await client.chat.completions.create({ ...asked, user: 'fresh-session' });
    expect(again.choices[0]?.message.content).toBe('nothing yet');
  });

  test('may ask ten things at once', async () => {
    const words = Array.from({ length: 10 }, (_, n) => `question ${n}`);
    const started = Date.now();
    expect(await Promise.all(words.map((word) => ask(`[[delay 300]] ${word}`)))).toEqual(words);
    expect(Date.now() - started).toBeLessThan(2_500);
  });

  test('gets its turns of one session in order, one at a time', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((word) => ask(`[[delay 50]] ${word}`, 'ordered')));
    expect(answers).toEqual(['a', 'b', 'c']);
    expect(await ask('[[history]]', 'ordered')).toBe('[[delay 50]] a | [[delay 50]] b | [[delay 50]] c');
    expect(gateway.mostPerSession()).toBe(1);
  });
});

describe('a client that hangs up', () => {
  test.each([true, false])('ends its turn at the runtime (streaming: %s)', async (stream) => {
    const session = `gone-${stream}`;
    const controller = new AbortController();
    const asked = client.chat.completions.create(
      { model, stream, user: session, messages: [{ role: 'user', content: '[[delay 30000]] x' }] },
      { signal: controller.signal },
    );
    asked.catch(() => undefined);
    await until(() => gateway.began.includes(`clawden:api:${session}`));
    controller.abort();
    await until(() => gateway.aborted.includes(`clawden:api:${session}`));
    expect(await ask('next', session)).toBe('next');
  });

  test('is dropped from the line', async () => {
    const first = ask('[[delay 400]] first', 'line');
    await until(() => gateway.began.includes('clawden:api:line'));
    const controller = new AbortController();
    const second = client.chat.completions.create(
      { model, user: 'line', messages: [{ role: 'user', content: 'second' }] },
      { signal: controller.signal },
    );
    second.catch(() => undefined);
    await sleep(100);
    controller.abort();
    await first;
    expect(await ask('[[history]]', 'line')).toBe('[[delay 400]] first');
  });
});

describe('an error', () => {
  const say = (content: string, stream: boolean) =>
    client.chat.completions.create({ model, stream, messages: [{ role: 'user', content }] });

  test.each([true, false])(
    'of the model is a real HTTP error, not to be repeated (streaming: %s)',
    async (stream) => {
      const refused = await failure(say('[[status 401]]', stream));
      expect(refused).toMatchObject({ status: 502, code: 'provider_auth' });
      expect(refused.headers?.get('x-should-retry')).toBe('false');
      expect(await failure(say('[[status 500]]', stream))).toMatchObject({
        status: 502,
        code: 'provider_error',
      });
    },
  );

  test('of the request says what is wrong', async () => {
    const messages = [{ role: 'user' as const, content: 'x' }];
    const wrong = await failure(client.chat.completions.create({ model: 'gpt-4', messages }));
    expect(wrong).toMatchObject({ status: 404, code: 'model_not_found' });
    const two = await failure(client.chat.completions.create({ model, messages, n: 2 }));
    expect(two).toMatchObject({ status: 400, code: 'unsupported' });
    expect(two.message).toContain('"n" is not supported');
  });

  test('of the body has its own status', async () => {
    const post = (body: string) => fetch(`${relay.api}/chat/completions`, { method: 'POST', body });
    expect((await post('{')).status).toBe(400);
    const large = await post(
      JSON.stringify({ model, messages: [{ role: 'user', content: 'x'.repeat(21 * 1024 * 1024) }] }),
    );
    expect(large.status).toBe(413);
    expect((await large.json()) as object).toMatchObject({ error: { code: 'request_too_large' } });
    expect((await fetch(`${relay.api}/nothing`)).status).toBe(404);
    expect((await fetch(`${relay.api}/chat/completions`)).status).toBe(405);
  });
});

describe('the socket', () => {
  function ask(headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: relay.setup.socket, path: '/v1/models', headers });
      asked.on('response', (answer) => resolve(answer.resume().statusCode ?? 0));
      asked.on('error', reject);
      asked.end();
    });
  }

  test('answers nobody without the internal key', async () => {
    expect(await ask({})).toBe(403);
    expect(await ask({ 'x-clawden-internal': 'wrong' })).toBe(403);
    expect(await ask({ 'x-clawden-internal': relay.setup.internalKey })).toBe(200);
  });

  test('belongs to its owner alone', () => {
    expect(statSync(relay.setup.socket).mode & 0o777).toBe(0o600);
  });
});

test('no message text is logged', () => {
  expect(relay.output()).not.toMatch(/hello you|apples|question/);
});
