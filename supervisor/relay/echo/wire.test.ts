import { expect, test } from 'vitest';
import { anthropicBody, anthropicEvents } from './anthropic.ts';
import type { Conversation } from './conversation.ts';
import { openaiBody, openaiEvents } from './openai.ts';
import { pieces } from './reply.ts';

const asked: Conversation = {
  model: 'm',
  stream: true,
  includeUsage: true,
  texts: ['x'],
  toolResult: undefined,
  size: 40,
};
const text = { kind: 'text', delay: 0, text: 'one two  three\nfour' } as const;
const tool = { kind: 'tool', delay: 0, name: 'exec', input: '{"command":"ls"}' } as const;

const parsed = (events: readonly string[]) =>
  events.filter((event) => event.includes('{')).map((event) => JSON.parse(event.slice(event.indexOf('{'))));

test('the pieces of a text are that text', () => {
  for (const whole of ['', ' ', 'a', ' a  b\n\nc ', 'word '.repeat(500)]) {
    expect(pieces(whole).join('')).toBe(whole);
    expect(pieces(whole).length).toBeLessThanOrEqual(40);
  }
});

test('OpenAI events hold the whole text, a reason to stop, the usage and an end', () => {
  const events = openaiEvents(asked, text, 'id', 1);
  const chunks = parsed(events);
  const content = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(content).toBe(text.text);
  expect(chunks.at(-2).choices[0].finish_reason).toBe('stop');
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 10 } });
  expect(events.at(-1)).toBe('data: [DONE]\n\n');
});

test('Anthropic events hold the whole text and close what they open', () => {
  const events = parsed(anthropicEvents(asked, text, 'id'));
  expect(events.map((event) => event.delta?.text ?? '').join('')).toBe(text.text);
  expect(events.at(0).type).toBe('message_start');
  expect(events.at(-1).type).toBe('message_stop');
});

test('a tool call reads the same plain and streamed, in both dialects', () => {
  const call = { function: { name: 'exec', arguments: tool.input } };
  expect(openaiBody(asked, tool, 'id', 1)).toMatchObject({
    choices: [{ message: { tool_calls: [call] }, finish_reason: 'tool_calls' }],
  });
  expect(parsed(openaiEvents(asked, tool, 'id', 1))[1].choices[0].delta.tool_calls[0]).toMatchObject(call);
  expect(anthropicBody(asked, tool, 'id')).toMatchObject({
    content: [{ type: 'tool_use', name: 'exec', input: { command: 'ls' } }],
    stop_reason: 'tool_use',
  });
  const deltas = parsed(anthropicEvents(asked, tool, 'id')).filter((event) => event.delta?.partial_json);
  expect(deltas.map((event) => event.delta.partial_json)).toEqual([tool.input]);
});
