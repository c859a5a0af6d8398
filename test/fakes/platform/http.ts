import type { IncomingMessage, ServerResponse } from 'node:http';

export type Fields = Record<string, unknown>;

/** A body in any of the forms that platforms take: JSON, a form, or parts with the JSON in `payload_json`. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return {};
  // Whatever it is called: no form starts like this, and a hand-written call names no type.
  if (/^[{[]/.test(body.toString('latin1', 0, 1))) return JSON.parse(body.toString()) as Fields;
  if (!type.startsWith('multipart/form-data'))
    return Object.fromEntries(new URLSearchParams(body.toString()));
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const parts = Object.fromEntries(form);
  const payload = parts['payload_json'];
  return typeof payload === 'string' ? { ...parts, ...(JSON.parse(payload) as Fields) } : parts;
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
      .end(JSON.stringify(body));
}
