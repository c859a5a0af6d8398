export interface Answer {
  model: string;
  text: string;
  tool: { name: string; arguments: Record<string, unknown> } | undefined;
  words: string;
}

/** How a provider's API words one answer: as a whole, and as server-sent events, one token an event. */
export interface Dialect {
  plain(answer: Answer): object;
  /** Opening events, one event per token, closing events. */
  stream(answer: Answer): { open: string[]; tokens: string[]; close: string[] };
  error(status: number, message: string): object;
}

const CREATED = 1_700_000_000;

export const OPENAI: Dialect = {
  plain: (answer) => ({
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: CREATED,
    model: answer.model,
    choices: [
      { index: 0, message: openAiMessage(answer), finish_reason: answer.tool ? 'tool_calls' : 'stop' },
    ],
    usage: openAiUsage(answer),
  }),
  stream: (answer) => {
    const chunk = (delta: object, finish_reason: string | null, more: object = {}): string => {
      const choices = [{ index: 0, delta, finish_reason }];
      const head = {
        id: 'chatcmpl-fake',
        object: 'chat.completion.chunk',
        created: CREATED,
        model: answer.model,
      };
      return `data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`;
    };
    const calls = openAiMessage(answer).tool_calls?.map((call, index) => ({ index, ...call }));
    return {
      open: [chunk({ role: 'assistant', content: '' }, null)],
      tokens: calls
        ? [chunk({ tool_calls: calls }, null)]
        : tokensOf(answer.text).map((t) => chunk({ content: t }, null)),
      close: [chunk({}, calls ? 'tool_calls' : 'stop', { usage: openAiUsage(answer) }), 'data: [DONE]\n\n'],
    };
  },
  error: (status, message) => ({ error: { message, type: errorType(status), code: String(status) } }),
};

export const ANTHROPIC: Dialect = {
  plain: (answer) => ({
    ...anthropicHead(answer),
    content: [anthropicBlock(answer)],
    stop_reason: answer.tool ? 'tool_use' : 'end_turn',
  }),
  stream: (answer) => {
    const event = (type: string, more: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
    const empty = answer.tool ? { ...anthropicBlock(answer), input: {} } : { type: 'text', text: '' };
    const delta = (one: object): string => event('content_block_delta', { index: 0, delta: one });
    const stop = { stop_reason: answer.tool ? 'tool_use' : 'end_turn', stop_sequence: null };
    return {
      open: [
        event('message_start', { message: { ...anthropicHead(answer), content: [], stop_reason: null } }),
        event('content_block_start', { index: 0, content_block: empty }),
      ],
      tokens: answer.tool
        ? [delta({ type: 'input_json_delta', partial_json: JSON.stringify(answer.tool.arguments) })]
        : tokensOf(answer.text).map((text) => delta({ type: 'text_delta', text })),
      close: [
        event('content_block_stop', { index: 0 }),
        event('message_delta', { delta: stop, usage: { output_tokens: tokensOf(answer.text).length } }),
        event('message_stop', {}),
      ],
    };
  },
  error: (status, message) => ({ type: 'error', error: { type: errorType(status), message } }),
};

function openAiMessage(answer: Answer) {
  const { tool } = answer;
  if (!tool) return { role: 'assistant', content: answer.text };
  const call = { name: tool.name, arguments: JSON.stringify(tool.arguments) };
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_fake', type: 'function', function: call }],
  };
}

function openAiUsage(answer: Answer): object {
  const prompt_tokens = tokensOf(answer.words).length;
  const completion_tokens = tokensOf(answer.text).length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function anthropicHead(answer: Answer): object {
  const usage = { input_tokens: tokensOf(answer.words).length, output_tokens: tokensOf(answer.text).length };
  return {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model: answer.model,
    stop_sequence: null,
    usage,
  };
}

function anthropicBlock({ text, tool }: Answer): object {
  return tool
    ? { type: 'tool_use', id: 'toolu_fake', name: tool.name, input: tool.arguments }
    : { type: 'text', text };
}

function tokensOf(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}
