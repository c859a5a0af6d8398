import type { ServerResponse } from 'node:http';
import type { FilePart } from '../adapter.ts';

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  // A line break that kept the connection open came before it.
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

export function sendFault(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, { error: { code, message } }, headers);
}

export function toFile({ name, mediaType, data }: FilePart): object {
  return { name, type: mediaType, base64: data.toString('base64') };
}
