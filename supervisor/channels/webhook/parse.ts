import type { IncomingFile } from '../adapter.ts';

/** What a request says. */
export interface Posted {
  readonly id?: string;
  readonly sender: string;
  readonly text: string;
  /** A conversation of its own; by default each sender has one. */
  readonly chat?: string;
  readonly thread?: string;
  readonly files: readonly IncomingFile[];
}

/** What is wrong with a body, for the one who sent it. */
export class BadBody extends Error {}

const KEYS = ['id', 'sender', 'text', 'chat', 'thread', 'files'];
/** Characters of an id. */
const LONGEST = 200;

/** Reads a body, or throws `BadBody` with a sentence that says what to send. */
export function parseBody(raw: Buffer): Posted {
  const body = toObject(raw);
  const unknown = Object.keys(body).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new BadBody(`unknown key ${JSON.stringify(unknown)}; there are ${KEYS.join(', ')}`);
  const sender = idOf(body, 'sender');
  if (sender === undefined) throw new BadBody('sender is missing: a string that allow_from lists');
  const text = body['text'] ?? '';
  if (typeof text !== 'string') throw new BadBody('text must be a string');
  const files = filesOf(body['files']);
  if (text.trim() === '' && files.length === 0)
    throw new BadBody('text is missing: what to say to the agent');
  return { sender, text, files, ...given('id'), ...given('chat'), ...given('thread') };

  function given(key: 'id' | 'chat' | 'thread'): { readonly [key: string]: string } {
    const value = idOf(body, key);
    return value === undefined ? {} : { [key]: value };
  }
}

function toObject(raw: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    throw new BadBody('the body must be JSON in UTF-8, like {"sender": "alerts", "text": "hello"}');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new BadBody('the body must be a JSON object, like {"sender": "alerts", "text": "hello"}');
}

function idOf(body: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST && !/[\x00-\x1f\x7f]/.test(value))
    return value;
  throw new BadBody(`${key} must be a string of 1 to ${LONGEST} characters without control characters`);
}

function filesOf(value: unknown): IncomingFile[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new BadBody('files must be a list of {"name", "type", "base64"}');
  return value.map((file: unknown, index) => {
    const { name, type, base64 } = Object(file);
    if (typeof name !== 'string' || name === '') throw new BadBody(`files[${index}].name must be a string`);
    if (type !== undefined && typeof type !== 'string')
      throw new BadBody(`files[${index}].type must be a string`);
    if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/\s]*(?:=\s*){0,2}$/.test(base64))
      throw new BadBody(`files[${index}].base64 must be the file in base64`);
    // The request is all there is of it, so what it is fetched by is the file itself.
    const size = Buffer.byteLength(base64, 'base64');
    return { ref: base64, name, size, ...(type === undefined ? {} : { mediaType: type }) };
  });
}
