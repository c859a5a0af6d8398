import type { IncomingHttpHeaders } from 'node:http';
import { ANTHROPIC, type Dialect, OPENAI } from './dialects.ts';

export type Json = Record<string, unknown>;

/** One request as it came in. */
export interface ModelRequest {
  n: number;
  at: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, or the raw text when it is none. */
  body: unknown;
  /** The text of the last user message. */
  words: string;
  /** The client hung up before it had the whole answer. */
  aborted: boolean;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** By the end of the path, so that any base URL of a provider will do (/v1, /api/v1, /openai/v1, none). */
export function dialectOf(path: string): Dialect | undefined {
  if (path.endsWith('/chat/completions')) return OPENAI;
  return path.endsWith('/messages') ? ANTHROPIC : undefined;
}

export function lastUserWords(body: unknown): string {
  const messages = toObject(body).messages;
  const users = (Array.isArray(messages) ? messages : []).map(toObject).filter((one) => one.role === 'user');
  // Anthropic's tool results come as user messages without a text.
  return users.map((one) => textOf(one.content)).findLast((text) => text !== '') ?? '';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.map(toObject) : [];
  return parts
    .filter((part) => part.type === 'text')
    .map((part) => String(part.text))
    .join('\n');
}
