import { afterEach, expect, test, vi } from 'vitest';
import type { Endpoint, Turn, TurnEvent } from '../contract.ts';
import { errorEvent } from './errors.ts';
import { messages } from './messages.ts';
import { type Conversation, type Gateway, startGateway } from './testing-gateway.ts';

const turn: Turn = { session: 's1', messages: [{ role: 'user', text: 'hi' }], origin: 'api' };
const never = new AbortController().signal;
let running: Gateway | undefined;
afterEach(() => running?.close());

/** A gateway that says these frames to each message. */
async function gateway(
  ...frames: readonly (object | 'drop')[]
): Promise<{ endpoint: Endpoint; seen: Conversation[] }> {
  const seen: Conversation[] = [];
  running = await startGateway((conversation, message) => {
    if (message['type'] !== 'message') return;
    seen.push(conversation);
    for (const frame of frames) {
      if (frame === 'drop') conversation.drop();
      else conversation.send(frame as object);
    }
  });
  return { endpoint: running.endpoint, seen };
}

async function send(endpoint: Endpoint, asked = turn, signal = never): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of messages.connect(endpoint).send(asked, signal)) events.push(event);
  return events;
}

const chunk = (content: string) => ({ type: 'chunk', content });
const done = (full_response: string) => ({ type: 'done', full_response });

test('a turn is one socket of its session, with the token in a header, and its chunks come out', async () => {
  const { endpoint, seen } = await gateway(chunk('grün '), chunk('x'), done('grün x'));
  expect(await send(endpoint)).toEqual([
    { kind: 'delta', text: 'grün ' },
    { kind: 'delta', text: 'x' },
    { kind: 'done' },
  ]);
  expect(seen[0]?.request.url).toBe('/ws/chat?agent=clawden&session_id=api%3As1');
  expect(seen[0]?.request.headers.authorization).toBe('Bearer secret');
  expect(seen[0]?.received).toEqual([{ type: 'message', content: 'hi' }]);
  await send(endpoint, { ...turn, origin: 'telegram', messages: [{ role: 'user', text: '/new' }] });
  expect(seen[1]?.request.url).toContain('telegram%3As1');
  expect(seen[1]?.received).toEqual([{ type: 'message', content: '/new' }]);
  await Promise.all(seen.map(({ gone }) => gone));
});

test('a reply that comes in one piece is said once', async () => {
  const { endpoint } = await gateway(chunk(''), done('whole'));
  expect(await send(endpoint)).toEqual([{ kind: 'delta', text: 'whole' }, { kind: 'done' }]);
});

test('an empty reply is none', async () => {
  const { endpoint } = await gateway(chunk(''), done(''));
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code: 'no-reply' }]);
});

test('what is said before and after a tool are two paragraphs', async () => {
  const tool = [
    { type: 'tool_call', name: 'shell' },
    { type: 'tool_result', output: 'x' },
  ];
  const { endpoint } = await gateway(
    chunk('I look.'),
    ...tool,
    { type: 'thinking', content: 'hm' },
    chunk('Found.'),
    done('Found.'),
  );
  expect(await send(endpoint)).toEqual([
    { kind: 'delta', text: 'I look.' },
    { kind: 'delta', text: '\n\nFound.' },
    { kind: 'done' },
  ]);
});

test('a tool that needs a yes is refused at once, for nobody is there to say it', async () => {
  running = await startGateway((conversation, message) => {
    if (message['type'] === 'message')
      conversation.send({ type: 'approval_request', request_id: 'r7', tool: 'shell' });
    else conversation.send(done(`${message['decision']} ${message['request_id']}`));
  });
  expect(await send(running.endpoint)).toEqual([{ kind: 'delta', text: 'deny r7' }, { kind: 'done' }]);
});

test('a conversation that ZeroClaw does not know goes along as one text', async () => {
  const { endpoint, seen } = await gateway(done('ok'));
  const list = [
    { role: 'system', text: 'be kind' },
    { role: 'user', text: 'one' },
    { role: 'assistant', text: 'two' },
    { role: 'user', text: 'three' },
  ] as const;
  await send(endpoint, { ...turn, messages: list });
  expect(seen[0]?.received[0]?.['content']).toBe(
    '[Chat messages since your last reply - for context]\nSystem: be kind\nUser: one\nAssistant: two\n\n[Current message - respond to this]\nUser: three',
  );
});

test('aborting hangs up, which ends the turn in ZeroClaw', async () => {
  const { endpoint, seen } = await gateway(chunk('a'));
  const controller = new AbortController();
  for await (const event of messages.connect(endpoint).send(turn, controller.signal)) {
    expect(event).toEqual({ kind: 'delta', text: 'a' });
    controller.abort();
  }
  await seen[0]?.gone;
});

test('a turn that is aborted before it began says nothing', async () => {
  const { endpoint, seen } = await gateway(done('x'));
  expect(await send(endpoint, turn, AbortSignal.abort())).toEqual([]);
  expect(seen).toEqual([]);
});

test('a gateway that is not there, refuses, or dies in the middle, is not available', async () => {
  const { endpoint } = await gateway(chunk('half'), 'drop');
  expect(await send(endpoint)).toMatchObject([
    { kind: 'delta' },
    { kind: 'error', code: 'runtime-unavailable' },
  ]);
  running?.close();
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code: 'runtime-unavailable' }]);
});

test.each([
  ['from the start', [], 'provider-timeout'],
  ['in the middle of its words', [chunk('half')], 'provider-timeout'],
  ['after its tool', [{ type: 'tool_call' }, { type: 'tool_result' }], 'provider-timeout'],
  ['while its tool runs', [{ type: 'tool_call' }], undefined],
] as const)('a model that is silent %s', async (_name, frames, code) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { endpoint, seen } = await gateway(...frames);
    const controller = new AbortController();
    const events = send(endpoint, turn, controller.signal);
    await vi.waitFor(() => expect(seen).toHaveLength(1), { interval: 5 });
    // Until the frames have come through the loopback.
    for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(181_000);
    if (code === undefined) controller.abort();
    expect((await events).find(({ kind }) => kind === 'error')).toEqual(
      code && { kind: 'error', code, message: 'the model said nothing for 3 minutes' },
    );
    await seen[0]?.gone;
  } finally {
    vi.useRealTimers();
  }
});

test('a turn that somebody ends inside ZeroClaw is an error, not silence', async () => {
  const { endpoint } = await gateway({ type: 'aborted' });
  expect(await send(endpoint)).toMatchObject([{ kind: 'error', code: 'runtime-refused' }]);
});

const attempt = (error: string, kind: string, n = 1): string =>
  `model_provider=custom model=m1 attempt ${n}/3: retryable; error=${error}; kind=${kind}; phase=http_response; hint=check it`;
const failed = (...attempts: readonly string[]): string =>
  `All model_providers/models failed. Attempts:\n${attempts.join('\n')}`;
const api = (status: string, message = 'told so'): string =>
  `Custom API error (${status}): {"error":{"message":"${message}","type":"x"}}`;

// Errors of ZeroClaw 0.8.4 to a model that fails.
test.each([
  [
    'a refused key',
    'AUTH_ERROR',
    failed(attempt(api('401 Unauthorized'), 'auth')),
    'provider-auth',
    'Custom API error (401 Unauthorized): told so',
  ],
  [
    'a forbidden model',
    'PROVIDER_ERROR',
    failed(attempt(api('403 Forbidden'), 'auth')),
    'provider-auth',
    '403 Forbidden',
  ],
  [
    'a limit',
    'PROVIDER_ERROR',
    failed(attempt(api('429 Too Many Requests'), 'rate_limited')),
    'provider-limit',
    '429',
  ],
  [
    'an unknown model',
    'PROVIDER_ERROR',
    failed(attempt(api('404 Not Found'), 'model_not_found')),
    'provider-error',
    '404',
  ],
  [
    'a failure whose text speaks of an API key',
    'AUTH_ERROR',
    failed(attempt(api('500 Internal Server Error', 'api key store is down'), 'provider_error')),
    'provider-error',
    'api key store is down',
  ],
  [
    'the last of three attempts',
    'PROVIDER_ERROR',
    failed(
      attempt(api('500 Internal Server Error'), 'provider_error'),
      attempt(api('429 Too Many Requests'), 'rate_limited', 2),
    ),
    'provider-limit',
    '429',
  ],
  [
    'no JSON',
    'PROVIDER_ERROR',
    failed(attempt('error decoding response body: expected value at line 1 column 1', 'provider_error')),
    'provider-error',
    'expected value',
  ],
  [
    'a stream that breaks',
    'PROVIDER_ERROR',
    'model_provider stream error: HTTP error: unexpected EOF',
    'provider-error',
    'unexpected EOF',
  ],
  [
    'a time-out',
    'PROVIDER_ERROR',
    failed(attempt('operation timed out', 'timeout')),
    'provider-timeout',
    'timed out',
  ],
  ['too many tools', 'AGENT_ERROR', 'Agent exceeded maximum tool iterations (10)', 'runtime-refused', '(10)'],
  ['an empty message', 'EMPTY_CONTENT', 'Message content cannot be empty', 'bad-request', 'empty'],
  ['a broken agent', 'AGENT_INIT_FAILED', 'Failed to initialise agent', 'runtime-refused', 'agent'],
] as const)('%s', async (_name, code, message, expected, words) => {
  const frame = { type: 'error', code, message };
  expect(errorEvent(frame)).toMatchObject({
    kind: 'error',
    code: expected,
    message: expect.stringContaining(words),
  });
  const { endpoint } = await gateway(chunk('half'), frame);
  expect(await send(endpoint)).toMatchObject([{ kind: 'delta' }, { kind: 'error', code: expected }]);
});
