import type { IncomingMessage } from 'node:http';
import { readBody } from '../platform/http.ts';
import { parseMultipart } from './multipart.ts';
import { badRequest, type Params, type Upload } from './types.ts';

/** The three body forms of the Bot API, over what the query string says. */
export async function readParams(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<{ params: Params; uploads: Upload[] }> {
  const inQuery = Object.fromEntries(query);
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return { params: inQuery, uploads: [] };
  if (/^multipart\/form-data/i.test(type)) {
    const { params, uploads } = parseMultipart(body, type);
    return { params: { ...inQuery, ...params }, uploads };
  }
  if (/^application\/json/i.test(type)) return { params: { ...inQuery, ...jsonObject(body) }, uploads: [] };
  return { params: { ...inQuery, ...Object.fromEntries(new URLSearchParams(body.toString())) }, uploads: [] };
}

export function jsonObject(body: Buffer): Params {
  try {
    const value: unknown = JSON.parse(body.toString() || '{}');
    // What the Go client telego sends for a method without parameters, and Telegram takes.
    if (value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Params;
  } catch {
    // Answered below, in Telegram's words.
  }
  throw badRequest("can't parse JSON object");
}
