import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PostedFile } from '../testing/platform.ts';

export type Fields = Record<string, unknown>;

export interface Upload extends PostedFile {
  /** Name of the form's field. */
  readonly field: string;
}

/** A body in any of the forms that platforms take: JSON, a form, or parts with the JSON in `payload_json`. */
export async function readForm(request: IncomingMessage): Promise<{ fields: Fields; files: Upload[] }> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return { fields: {}, files: [] };
  // Whatever it is called: no form starts like this, and a hand-written call names no type.
  if (/^[{[]/.test(body.toString('latin1', 0, 1)))
    return { fields: JSON.parse(body.toString()) as Fields, files: [] };
  if (!type.startsWith('multipart/form-data'))
    return { fields: Object.fromEntries(new URLSearchParams(body.toString())), files: [] };
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const fields: Fields = {};
  const files: Upload[] = [];
  for (const [field, part] of form) {
    if (typeof part === 'string') fields[field] = part;
    else files.push({ field, name: part.name, type: part.type, ...(await contentOf(part)) });
  }
  const payload = fields['payload_json'];
  if (typeof payload === 'string') Object.assign(fields, JSON.parse(payload));
  return { fields, files };
}

export async function readFields(request: IncomingMessage): Promise<Fields> {
  return (await readForm(request)).fields;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function contentOf(part: Blob): Promise<{ size: number; data: Buffer }> {
  const data = Buffer.from(await part.arrayBuffer());
  return { size: data.length, data };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  // Clients read a body wherever a type promises one; 204 has none.
  if (body === undefined) response.writeHead(status, headers).end();
  else
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body, inBase64));
}

/** Bytes as JSON tells of them. JSON.stringify hands over what a Buffer has made of itself. */
export function inBase64(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
}
