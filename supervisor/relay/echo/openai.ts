import type { Conversation } from './conversation.ts';
import { type EchoReply, pieces } from './reply.ts';

type Answer = Exclude<EchoReply, { kind: 'status' }>;

/** Body of a chat completion. */
export function openaiBody(asked: Conversation, reply: Answer, id: string, created: number): object {
  const message =
    reply.kind === 'text'
      ? { role: 'assistant', content: reply.text, refusal: null }
      : { role: 'assistant', content: null, tool_calls: [toolCall(reply, id)] };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    model: asked.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish(reply) }],
    usage: usage(asked, reply),
  };
}

/** The same as server-sent events. */
export function openaiEvents(asked: Conversation, reply: Answer, id: string, created: number): string[] {
  const head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model: asked.model };
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    event({ ...head, choices: [{ index: 0, delta, finish_reason }] });
  const content =
    reply.kind === 'text'
      ? pieces(reply.text).map((piece) => chunk({ content: piece }))
      : [chunk({ tool_calls: [{ index: 0, ...toolCall(reply, id) }] })];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...content,
    chunk({}, finish(reply)),
    ...(asked.includeUsage ? [event({ ...head, choices: [], usage: usage(asked, reply) })] : []),
    'data: [DONE]\n\n',
  ];
}

/** Body of `GET /v1/models`. */
export const openaiModels: object = {
  object: 'list',
  data: [{ id: 'echo', object: 'model', created: 0, owned_by: 'clawden' }],
};

function toolCall(reply: Extract<Answer, { kind: 'tool' }>, id: string): object {
  return { id: `call_${id}`, type: 'function', function: { name: reply.name, arguments: reply.input } };
}

function finish(reply: Answer): string {
  return reply.kind === 'text' ? 'stop' : 'tool_calls';
}

function usage(asked: Conversation, reply: Answer): object {
  const prompt_tokens = Math.ceil(asked.size / 4);
  const completion_tokens = Math.ceil((reply.kind === 'text' ? reply.text : reply.input).length / 4);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
