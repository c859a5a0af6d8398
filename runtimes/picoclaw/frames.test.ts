import { describe, expect, test } from 'vitest';
import { readFrame } from './frames.ts';

const usage = { used_tokens: 1, total_tokens: 2 };
const create = (payload: object, type = 'message.create'): string => JSON.stringify({ type, payload });
const failed = (text: string): unknown => {
  const reading = readFrame(create({ content: `Error processing message: ${text}` }));
  return reading.kind === 'failed' ? [reading.error.code, reading.error.message] : reading;
};

test('a turn ends with the message, new or updated, that tells how full the context is', () => {
  const end = { kind: 'answer', text: 'hi' };
  expect(readFrame(create({ content: 'hi', context_usage: usage }))).toEqual(end);
  expect(readFrame(create({ content: 'hi', context_usage: usage }, 'message.update'))).toEqual(end);
});

test.each([
  ['typing', JSON.stringify({ type: 'typing.start' })],
  ['a pong', JSON.stringify({ type: 'pong', id: 'p1' })],
  ['a thought', create({ content: 'hm', kind: 'thought', context_usage: usage })],
  ['a thought of an older release', create({ content: 'hm', thought: true, context_usage: usage })],
  ['a notice or half of an answer', create({ content: 'Context window exceeded. Compressing…' })],
  ['a deletion', create({ message_id: 'x' }, 'message.delete')],
  ['what is no frame', 'null'],
  ['what is no JSON', '<html>'],
])('%s is no end', (_name, data) => {
  expect(readFrame(data)).toEqual({ kind: 'nothing' });
});

// Frames of PicoClaw 0.3.1, shortened.
test('tool calls are told by their names', () => {
  const call = (name: string): object => ({ id: 'a', type: 'function', function: { name, arguments: '{}' } });
  const calls = [call('send_file'), call('list_dir')];
  const frame = create({ content: '', kind: 'tool_calls', model_name: 'default', tool_calls: calls });
  expect(readFrame(frame)).toEqual({ kind: 'calls', names: ['send_file', 'list_dir'] });
  expect(readFrame(create({ content: '', kind: 'tool_calls' }))).toEqual({ kind: 'calls', names: [] });
});

test('a file is told by its name, its type and where it is', () => {
  const url = '/pico/media/2ee62507-c9d3-470f-a96c-e5bf7ffec9bf';
  const attachment = { content_type: 'application/pdf', filename: 'plan.pdf', type: 'file', url };
  expect(readFrame(create({ attachments: [attachment, null], content: '', message_id: 'm' }))).toEqual({
    kind: 'files',
    files: [{ name: 'plan.pdf', mediaType: 'application/pdf', url }],
  });
});

// Answers of PicoClaw 0.3.1 and 0.2.9 to a model that fails, through its OpenAI client.
describe('a model that fails', () => {
  const status = (code: number, message: string): string =>
    `LLM call failed after retries: API request failed:\n  Status: ${code}\n  Body:   ${JSON.stringify({ error: { message, type: 't', code: '1' } })}`;
  test.each([
    [status(401, 'bad key'), 'provider-auth', 'the model provider answered 401: bad key'],
    [status(403, 'no'), 'provider-auth', 'the model provider answered 403: no'],
    [status(429, 'slow down'), 'provider-limit', 'the model provider answered 429: slow down'],
    [
      status(504, 'no answer in time'),
      'provider-timeout',
      'the model provider answered 504: no answer in time',
    ],
    [status(500, 'oops'), 'provider-error', 'the model provider answered 500: oops'],
    [
      'LLM call failed after retries: API request failed:\n  Status: 502\n  Body:   <html>',
      'provider-error',
      'the model provider answered 502',
    ],
    [
      'LLM call failed after retries: failed to send request: Post "http://127.0.0.1:1/v1": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'provider-timeout',
      'failed to send request: Post "http://127.0.0.1:1/v1": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
    [
      'LLM call failed after retries: failed to inspect response: unexpected EOF',
      'provider-error',
      'failed to inspect response: unexpected EOF',
    ],
    // Through its Anthropic client.
    [
      'LLM call failed after retries: authentication failed (401): check your API key',
      'provider-auth',
      'the model provider answered 401',
    ],
    [
      'LLM call failed after retries: rate limited (429): {"type":"error","error":{"type":"rate_limit_error","message":"slow"}}',
      'provider-limit',
      'the model provider answered 429: slow',
    ],
    [
      'LLM call failed after retries: API request failed with status 529: {"type":"error","error":{"message":"overloaded"}}',
      'provider-error',
      'the model provider answered 529: overloaded',
    ],
  ])('%j is an error of its own kind', (text, code, message) => {
    expect(failed(text)).toEqual([code, message]);
  });

  test('says no more than a line of it', () => {
    expect(failed(`x${'y'.repeat(1000)}\nsecond`)).toEqual(['provider-error', `x${'y'.repeat(298)}…`]);
  });

  test('and answers nothing is no silence', () => {
    const content =
      'The model returned an empty response. This may indicate a provider error or token limit.';
    expect(readFrame(create({ content, context_usage: usage }))).toMatchObject({
      kind: 'failed',
      error: { code: 'provider-error' },
    });
  });

  test('is not what a person reads who is told such words', () => {
    const content = 'Error processing message: that is what it says';
    expect(readFrame(create({ content, context_usage: usage }))).toEqual({ kind: 'answer', text: content });
  });
});

test('a message that PicoClaw does not take is the sender’s fault when it is empty', () => {
  const error = (code: string): string =>
    JSON.stringify({ type: 'error', payload: { code, message: 'm', request_id: 'r' } });
  expect(readFrame(error('empty_content'))).toMatchObject({ error: { code: 'bad-request', message: 'm' } });
  expect(readFrame(error('invalid_message'))).toMatchObject({ error: { code: 'runtime-refused' } });
});
