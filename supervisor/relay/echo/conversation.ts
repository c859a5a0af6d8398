import { foldedTexts, ownWords } from './own-words.ts';

/** What the echo needs of a request to a model, in either dialect. */
export interface Conversation {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** What the user wrote, oldest first. */
  readonly texts: readonly string[];
  /** Result of the tool call that followed the last text, if one did. */
  readonly toolResult: string | undefined;
  /** Characters of the whole request, for a token count. */
  readonly size: number;
}

/** Reads the body of a chat completion or of an Anthropic message; undefined when it is neither. Pure. */
export function readConversation(body: unknown, size: number): Conversation | undefined {
  if (!isRecord(body) || !Array.isArray(body['messages'])) return undefined;
  const texts: string[] = [];
  let toolResult: string | undefined;
  for (const message of body['messages'].filter(isRecord)) {
    const result = toolResultOf(message);
    if (result !== undefined) toolResult = result;
    if (message['role'] !== 'user') continue;
    const own = foldedTexts(textOf(message['content'])).filter((text) => text !== '');
    if (own.length === 0) continue;
    texts.push(...own);
    toolResult = undefined;
  }
  const options = body['stream_options'];
  return {
    model: typeof body['model'] === 'string' ? body['model'] : 'echo',
    stream: body['stream'] === true,
    includeUsage: isRecord(options) && options['include_usage'] === true,
    texts,
    toolResult,
    size,
  };
}

/** OpenAI has a role for tool results, Anthropic a block in a user message. */
function toolResultOf(message: Readonly<Record<string, unknown>>): string | undefined {
  if (message['role'] === 'tool') return ownWords(textOf(message['content']));
  if (!Array.isArray(message['content'])) return undefined;
  const blocks = message['content'].filter(isRecord).filter((block) => block['type'] === 'tool_result');
  if (blocks.length === 0) return undefined;
  return blocks.map((block) => ownWords(textOf(block['content']))).join('\n');
}

/** Text of a message's content: a string, or the text parts of a list. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isRecord)
    .map((part) => (part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : ''))
    .filter((text) => text !== '')
    .join('\n');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
