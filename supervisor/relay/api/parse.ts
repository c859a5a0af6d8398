import type { TurnImage, TurnMessage } from '../../../runtimes/contract.ts';
import { ApiError } from './error.ts';

/** A chat completion as far as an agent can take one. */
export interface ChatRequest {
  readonly messages: readonly TurnMessage[];
  /** Session that the client names, if it does. */
  readonly session: string | undefined;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks the body of a chat completion. Throws an `ApiError` that says what is wrong. `images`: the runtime takes them.
 * Pure.
 */
export function parseChat(
  body: Buffer,
  header: string | undefined,
  instance: string,
  images: boolean,
): ChatRequest {
  const fields = parseJson(body);
  checkModel(fields['model'], instance);
  for (const refuse of refusals) {
    const message = refuse(fields);
    if (message) throw bad(message, 'unsupported');
  }
  const options = isFields(fields['stream_options']) ? fields['stream_options'] : {};
  return {
    messages: messagesOf(fields['messages'], images),
    session: header || userOf(fields['user']),
    stream: streamOf(fields['stream']),
    includeUsage: options['include_usage'] === true,
  };
}

function parseJson(body: Buffer): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    throw bad('the body is not valid JSON', 'invalid_json');
  }
  if (!isFields(parsed)) throw bad('the body must be a JSON object', 'invalid_json');
  return parsed;
}

function checkModel(model: unknown, instance: string): void {
  if (typeof model !== 'string' || model === '') throw bad(`"model" is missing; here it is "${instance}"`);
  if (model !== instance) throw noSuchModel(model, instance);
}

export function noSuchModel(model: string, instance: string): ApiError {
  const message = `there is no model "${model.slice(0, 100)}" here; the only one is "${instance}"`;
  return new ApiError(404, 'model_not_found', message);
}

/** What an agent cannot do for a client. Silence about it would look like success. */
const refusals: readonly ((fields: Fields) => string | undefined)[] = [
  (fields) => unsupported(isAsked(fields['tools']), 'tools', 'the agent has tools of its own'),
  (fields) => unsupported(isAsked(fields['functions']), 'functions', 'the agent has tools of its own'),
  (fields) => unsupported(isAsked(fields['n']) && fields['n'] !== 1, 'n', 'an agent gives one answer'),
  (fields) => {
    const format = fields['response_format'];
    const asked = isAsked(format) && !(isFields(format) && format['type'] === 'text');
    return unsupported(asked, 'response_format', 'an agent answers in plain text');
  },
  (fields) => unsupported(isAsked(fields['audio']), 'audio', 'only text is taken and given'),
  (fields) => {
    const modalities = fields['modalities'];
    const asked =
      isAsked(modalities) && !(Array.isArray(modalities) && modalities.every((one) => one === 'text'));
    return unsupported(asked, 'modalities', 'only text is taken and given');
  },
  (fields) => unsupported(fields['logprobs'] === true, 'logprobs', 'the runtime does not tell them'),
];

function unsupported(asked: boolean, field: string, why: string): string | undefined {
  return asked ? `"${field}" is not supported: ${why}` : undefined;
}

function isAsked(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function streamOf(stream: unknown): boolean {
  if (stream === undefined || stream === null) return false;
  if (typeof stream !== 'boolean') throw bad('"stream" must be true or false');
  return stream;
}

function userOf(user: unknown): string | undefined {
  if (user === undefined || user === null || user === '') return undefined;
  if (typeof user !== 'string') throw bad('"user" must be a string');
  return user;
}

function messagesOf(messages: unknown, images: boolean): readonly TurnMessage[] {
  if (!Array.isArray(messages) || messages.length === 0)
    throw bad('"messages" must be a list with messages in it');
  const list = messages.map((message: unknown, index) => messageOf(message, index, images));
  if (!list.some((message) => message.role === 'user'))
    throw bad('"messages" must hold a message of the user');
  return list;
}

const roles: Readonly<Record<string, TurnMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

function messageOf(message: unknown, index: number, images: boolean): TurnMessage {
  const at = `messages[${index}]`;
  if (!isFields(message)) throw bad(`${at} must be an object`);
  const role = typeof message['role'] === 'string' ? roles[message['role']] : undefined;
  if (!role) throw bad(`${at}.role must be one of ${Object.keys(roles).join(', ')}`);
  if (isAsked(message['tool_calls'])) throw bad(`${at}.tool_calls is not supported`, 'unsupported');
  const { texts, pictures } = partsOf(message['content'], at, images && role === 'user');
  return { role, text: texts.join('\n'), ...(pictures.length > 0 ? { images: pictures } : {}) };
}

interface Parts {
  readonly texts: readonly string[];
  readonly pictures: readonly TurnImage[];
}

function partsOf(content: unknown, at: string, images: boolean): Parts {
  if (typeof content === 'string') return { texts: [content], pictures: [] };
  if (!Array.isArray(content)) throw bad(`${at}.content must be a string or a list of parts`);
  const parts = content.map((part: unknown, index) => partOf(part, `${at}.content[${index}]`, images));
  return {
    texts: parts.filter((part) => typeof part === 'string'),
    pictures: parts.filter((part) => typeof part !== 'string'),
  };
}

function partOf(part: unknown, at: string, images: boolean): string | TurnImage {
  const type = isFields(part) ? part['type'] : undefined;
  if (isFields(part) && type === 'text' && typeof part['text'] === 'string') return part['text'];
  if (isFields(part) && type === 'image_url' && images) return imageOf(part['image_url'], at);
  const said = typeof type === 'string' ? `a part of type "${type.slice(0, 40)}"` : 'this part';
  throw bad(`${at}: ${said} is not supported, only text is`, 'unsupported');
}

/** Inside the request only: what lies elsewhere would be fetched from inside the container's network. */
function imageOf(image: unknown, at: string): TurnImage {
  const url = isFields(image) && typeof image['url'] === 'string' ? image['url'] : '';
  const [, mediaType, base64] = dataUrl.exec(url) ?? [];
  if (mediaType && base64) return { mediaType, base64 };
  throw bad(
    `${at}.image_url.url must be data:image/png;base64,… or the same of jpeg, gif or webp`,
    'unsupported',
  );
}

const dataUrl = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/]+=*)$/;

function bad(message: string, code = 'invalid_request'): ApiError {
  return new ApiError(400, code, message);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
