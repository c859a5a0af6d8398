import type { Conversation } from './conversation.ts';
import { type EchoReply, pieces } from './reply.ts';

type Answer = Exclude<EchoReply, { kind: 'status' }>;

/** Body of an Anthropic message. */
export function anthropicBody(asked: Conversation, reply: Answer, id: string): object {
  const block =
    reply.kind === 'text'
      ? { type: 'text', text: reply.text }
      : { type: 'tool_use', id: `toolu_${id}`, name: reply.name, input: parsed(reply.input) };
  return { ...envelope(asked, id), content: [block], ...ending(reply), usage: usage(asked, reply) };
}

/** The same as server-sent events. */
export function anthropicEvents(asked: Conversation, reply: Answer, id: string): string[] {
  const start =
    reply.kind === 'text'
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: `toolu_${id}`, name: reply.name, input: {} };
  const deltas =
    reply.kind === 'text'
      ? pieces(reply.text).map((text) => ({ type: 'text_delta', text }))
      : [{ type: 'input_json_delta', partial_json: reply.input }];
  const first = { ...envelope(asked, id), content: [], stop_reason: null, stop_sequence: null };
  return [
    event('message_start', { message: { ...first, usage: { ...usage(asked, reply), output_tokens: 0 } } }),
    event('content_block_start', { index: 0, content_block: start }),
    ...deltas.map((delta) => event('content_block_delta', { index: 0, delta })),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: ending(reply), usage: usage(asked, reply) }),
    event('message_stop', {}),
  ];
}

/** Body of `GET /v1/models`. */
export const anthropicModels: object = {
  data: [{ type: 'model', id: 'echo', display_name: 'Echo', created_at: '1970-01-01T00:00:00Z' }],
  has_more: false,
  first_id: 'echo',
  last_id: 'echo',
};

function envelope(asked: Conversation, id: string): object {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model: asked.model };
}

function ending(reply: Answer): object {
  return { stop_reason: reply.kind === 'text' ? 'end_turn' : 'tool_use', stop_sequence: null };
}

function usage(asked: Conversation, reply: Answer): object {
  const answer = reply.kind === 'text' ? reply.text : reply.input;
  return { input_tokens: Math.ceil(asked.size / 4), output_tokens: Math.ceil(answer.length / 4) };
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return {};
  }
}

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
