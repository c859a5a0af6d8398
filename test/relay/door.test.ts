import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, cleanup, KEY, paths, relayTo, stage } from './door-stage.ts';
import { freePort, startRelay } from './relay-process.ts';

describe.each(['openai', 'anthropic'] as const)('the door (%s)', (dialect) => {
  test('puts the real key in the place of the placeholder, and hands the answer back', async () => {
    const { model, ask, relay } = await stage(dialect);
    const answer = await ask();
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('pong: hi');
    const [request] = model.requests;
    expect(request?.path).toBe(paths[dialect]);
    const { authorization, 'x-api-key': named, host } = request?.headers ?? {};
    expect({ authorization, named }).toEqual(
      dialect === 'openai' ? { authorization: `Bearer ${KEY}` } : { named: KEY },
    );
    expect(host).toBe(new URL(model.url).host);
    expect(JSON.stringify(request)).not.toContain('placeholder-key');
    const told = text + JSON.stringify([...answer.headers]) + relay.output();
    expect(told).not.toContain(KEY);
  });

  test('passes events on as they come, not when all are there', async () => {
    const { model, ask } = await stage(dialect);
    model.respond({ kind: 'text', text: 'a b c', token_delay_ms: 400 });
    const answer = await ask({ stream: true });
    const seen: { at: number; text: string }[] = [];
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      seen.push({ at: performance.now(), text: chunk });
    }
    const words = seen.filter(({ text }) => /" ?[abc] ?"/.test(text)).map(({ at }) => at);
    expect(words).toHaveLength(3);
    const gaps = words.slice(1).map((at, index) => at - (words[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(300);
  });

  test.each([401, 404, 429, 500, 529])('passes status %i on with its body and headers', async (status) => {
    const { model, ask } = await stage(dialect);
    const body = `{"error":{"message":"said ${status}"}}`;
    model.respond({ kind: 'error', status, retry_after: 7, body });
    const answer = await ask({ stream: true });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await answer.text()).toBe(body);
  });

  test('tells nonsense as such, and passes plain JSON on where events were asked for', async () => {
    const { model, ask } = await stage(dialect);
    model.respond({ kind: 'garbage', body: '<html>\u0000 no model' }, { kind: 'plain', text: 'plain words' });
    const nonsense = await ask({ stream: true });
    expect(nonsense.status).toBe(502);
    expect(await nonsense.text()).toContain('is no answer of a model');
    const plain = await ask({ stream: true });
    expect(plain.headers.get('content-type')).toBe('application/json');
    expect(await plain.text()).toContain('plain words');
  });

  test('lets a cut answer look cut', async () => {
    const { model, ask } = await stage(dialect);
    model.respond({ kind: 'cut', after_tokens: 1 });
    const answer = await ask({ stream: true });
    await expect(answer.text()).rejects.toThrow();
  });

  test('stops the model when the runtime hangs up, before and during the answer', async () => {
    const { model, ask } = await stage(dialect);
    for (const order of [{ kind: 'hang' }, { kind: 'hang', after_tokens: 1 }] as const) {
      model.reset();
      model.respond(order);
      const controller = new AbortController();
      const asked = ask({ stream: true }, { signal: controller.signal }).catch(() => undefined);
      await expect.poll(() => model.requests.length).toBe(1);
      if ('after_tokens' in order) await asked;
      controller.abort();
      await expect.poll(() => model.requests[0]?.aborted, { timeout: 500 }).toBe(true);
    }
  });

  test('refuses a wrong key and none, in the form of the dialect, and asks nobody', async () => {
    const { model, relay } = await stage(dialect);
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { 'x-api-key': KEY }]) {
      const answer = await fetch(relay.door + paths[dialect], { method: 'POST', body: '{}', headers });
      expect(answer.status).toBe(401);
      const { error } = (await answer.json()) as { error: { type: string } };
      expect(error.type).toBe('authentication_error');
    }
    expect(model.requests).toHaveLength(0);
  });

  test('says which provider it cannot reach', async () => {
    const relay = await relayTo(dialect, 'http://127.0.0.1:1');
    const answer = await ask(relay, dialect);
    expect(answer.status).toBe(502);
    const text = await answer.text();
    expect(text).toContain('cannot reach the model provider at 127.0.0.1:1 (ECONNREFUSED)');
    expect(text).not.toContain(KEY);
  });

  test('sends a large request on byte for byte', async () => {
    const { model, ask } = await stage(dialect);
    const content = `ü${'x'.repeat(3_000_000)}`;
    await (await ask({ messages: [{ role: 'user', content }] })).text();
    expect(model.requests[0]?.body).toMatchObject({ messages: [{ content }] });
  });
});

describe('echo', () => {
  test('is a model for the official client, whole and streamed, without a network', async () => {
    const relay = await startRelay();
    cleanup.push(relay.stop);
    const client = new OpenAI({ baseURL: `${relay.door}/v1`, apiKey: relay.setup.door.key, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'the very words [[status 500]]' }];
    const whole = await client.chat.completions.create({ model: 'echo', messages });
    expect(whole.choices[0]?.message.content).toBe('the very words [[status 500]]');
    let streamed = '';
    for await (const chunk of await client.chat.completions.create({
      model: 'echo',
      messages,
      stream: true,
    })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
    }
    expect(streamed).toBe('the very words [[status 500]]');
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['echo']);
  });

  test('speaks Anthropic too', async () => {
    const door = { port: await freePort(), key: 'k', dialect: 'anthropic' as const };
    const relay = await startRelay({ setup: { door } });
    cleanup.push(relay.stop);
    expect(await (await ask(relay, 'anthropic')).json()).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'hi' }],
      stop_reason: 'end_turn',
    });
    const events = await (await ask(relay, 'anthropic', { stream: true })).text();
    expect(events).toMatch(/^event: message_start\n[\s\S]*"text":"hi"[\s\S]*event: message_stop\n/);
  });
});
