import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { testToken } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';
import { answerOf, client, say } from '../helpers/real-client.ts';
import {
  asked,
  asking,
  customProvider,
  filesWith,
  realKey,
  sharedContainer,
  sharedModel,
  text,
} from '../helpers/real-openclaw.ts';

describe('the official OpenAI client and OpenClaw, with the echo that needs no key', () => {
  const container = sharedContainer(() => ({}));

  it('finds one model, named like the instance', async () => {
    const models = await client(container()).models.list();
    expect(models.data).toMatchObject([{ id: 'openclaw', object: 'model' }]);
  });

  it('gets a whole answer', async () => {
    const completion = await client(container()).chat.completions.create({
      model: 'openclaw',
      messages: [{ role: 'user', content: 'How do you do?' }],
    });
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'openclaw',
      choices: [{ message: { role: 'assistant', content: 'How do you do?' }, finish_reason: 'stop' }],
    });
  });

  it('gets a streamed answer', async () => {
    const stream = await client(container()).chat.completions.create({
      model: 'openclaw',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'one two three four five' }],
    });
    const chunks = await Array.fromAsync(stream);
    const content = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(content).toBe('one two three four five');
    expect(chunks.some((chunk) => chunk.choices[0]?.finish_reason === 'stop')).toBe(true);
    expect(chunks.at(-1)?.usage).toBeDefined();
  });

  it('keeps two sessions apart, and each remembers', async () => {
    await say(container(), 'my cat is Ada', 'cats');
    await say(container(), 'my dog is Bob', 'dogs');
    expect(await say(container(), '[[history]] and?', 'cats')).toBe('my cat is Ada');
    expect(await say(container(), '[[history]] and?', 'dogs')).toBe('my dog is Bob');
  });

  it('takes the session from the header as well, and letters of either case are not the same', async () => {
    const ask = (session: string, content: string): Promise<OpenAI.ChatCompletion> =>
      client(container()).chat.completions.create(
        { model: 'openclaw', messages: [{ role: 'user', content }] },
        { headers: { 'x-clawden-session': session } },
      );
    await ask('Room-A', 'large');
    await ask('room-a', 'small');
    const answer = await ask('Room-A', '[[history]]');
    expect(answer.choices[0]?.message.content).toBe('large');
  });

  it('without a session hands over the whole list and leaves nothing behind', async () => {
    const completion = await client(container()).chat.completions.create({
      model: 'openclaw',
      messages: [
        { role: 'user', content: 'we met in Rome' },
        { role: 'assistant', content: 'we did' },
        { role: 'user', content: '[[history]]' },
      ],
    });
    expect(completion.choices[0]?.message.content).toContain('we met in Rome');
    expect(await say(container(), '[[history]]')).not.toContain('Rome');
  });

  it('is answered ten times at once on ten sessions', async () => {
    const numbers = Array.from({ length: 10 }, (_, index) => `number ${index}`);
    const replies = await Promise.all(numbers.map((words) => say(container(), words, words)));
    expect(replies).toEqual(numbers);
  });

  it('with a wrong token is refused with 401', async () => {
    for (const token of ['not-the-token', `${testToken}x`, testToken.slice(0, -1)]) {
      const error = await answerOf(client(container(), token).models.list());
      expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    }
  });

  it('without a token is refused with 401, on every path below /v1', async () => {
    for (const path of ['/v1/models', '/v1/chat/completions', '/v1/responses', '/v1/nothing']) {
      const response = await container().get(path);
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    }
  });

  it('asks for another model and hears that there is none', async () => {
    const error = await answerOf(
      client(container()).chat.completions.create({
        model: 'gpt-5.1',
        messages: [{ role: 'user', content: 'hello' }],
      }),
    );
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found' });
  });

  it('brings tools and hears that the agent has its own', async () => {
    const error = await answerOf(
      client(container()).chat.completions.create({
        model: 'openclaw',
        messages: [{ role: 'user', content: 'hello' }],
        tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }],
      }),
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(String(error)).toContain('"tools" is not supported');
  });

  it('leaves no word of a conversation in the log', async () => {
    expect(await say(container(), 'the secret word is Quokkaberry', 'log')).toContain('Quokkaberry');
    await client(container()).chat.completions.create({
      model: 'openclaw',
      stream: false,
      messages: [{ role: 'user', content: 'Quokkaberry again' }],
    });
    const logs = await container().logs();
    expect(logs).toContain('the runtime serves');
    expect(logs).not.toContain('Quokkaberry');
  });
});

describe('a provider of one’s own, reached through the model door', () => {
  const model = sharedModel();
  const container = sharedContainer(() => ({ env: customProvider(model()) }));
  beforeEach(() => model().reset());

  it('answers, and gets its own key and model name', async () => {
    model().always(text('from the provider'));
    expect(await say(container(), 'who are you, wombat?')).toBe('from the provider');
    const request = await asked(model(), 'wombat');
    expect(request.headers.authorization).toBe(`Bearer ${realKey}`);
    expect(request.headers['x-api-key']).toBeUndefined();
    expect(request.body).toMatchObject({ model: 'm1' });
  });

  it('sees its words arrive one by one at the client', async () => {
    model().always({ kind: 'text', text: 'slow and steady wins the race', token_delay_ms: 300 });
    const stream = await client(container()).chat.completions.create({
      model: 'openclaw',
      stream: true,
      messages: [{ role: 'user', content: 'tell me' }],
    });
    const times: number[] = [];
    let said = '';
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta.content;
      if (delta) times.push(performance.now());
      said += delta ?? '';
    }
    expect(said).toBe('slow and steady wins the race');
    expect(times.length).toBeGreaterThan(2);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(600);
  });

  it.each([
    ['streaming', true],
    ['waiting', false],
  ])('is let go of as soon as a %s client hangs up', async (name, stream) => {
    model().always({ kind: 'hang' });
    const gone = new AbortController();
    const body = JSON.stringify({
      model: 'openclaw',
      stream,
      user: name,
      messages: [{ role: 'user', content: `platypus ${name}` }],
    });
    const call = answerOf(
      fetch(`${container().url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${testToken}`, 'content-type': 'application/json' },
        body,
        signal: gone.signal,
      }).then((response) => response.text()),
    );
    const request = await asked(model(), `platypus ${name}`);
    expect(request.aborted).toBe(false);
    gone.abort();
    await until('the end of the model request', () => request.aborted || undefined, 5_000);
    expect(String(await call)).toContain('abort');

    model().always(text('free again'));
    expect(await say(container(), 'and now?', name)).toBe('free again');
  });

  it('may say nothing: the answer is empty, and no error', async () => {
    model().always(text('NO_REPLY'));
    expect(await say(container(), 'no need to answer', 'silence')).toBe('');
  });

  it('keeps its key to itself: not even the agent’s own shell finds it', async () => {
    const command =
      'echo numbat; env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"';
    model().respond({ kind: 'tool', name: 'exec', arguments: { command } });
    model().always(text('done'));
    expect(await say(container(), 'look around')).toBe('done');
    const results = asking(model(), 'CLAWDEN_MODEL_KEY');
    expect(results.length).toBeGreaterThan(0);
    for (const { body } of model().requests) expect(JSON.stringify(body)).not.toContain(realKey);
    expect(await filesWith(container(), realKey)).toEqual([]);
    expect(await container().logs()).not.toContain(realKey);
  });

  // The last one: OpenClaw does not ask a provider that refused its key for about a minute.
  it('refuses the key, and the client hears that it was the provider, not this container', async () => {
    model().always({ kind: 'error', status: 401, message: 'Incorrect API key provided' });
    const error = await answerOf(say(container(), 'hello'));
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ status: 502, code: 'provider_auth' });
    expect(error).not.toBeInstanceOf(OpenAI.AuthenticationError);
    const again = await answerOf(say(container(), 'hello again'));
    expect(again).toMatchObject({ status: 502, code: 'provider_auth' });
  });
});
