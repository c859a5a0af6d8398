import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../platform/http.ts';
import { fileOf, type StoredFile, storeFile } from './files.ts';
import type { Slack } from './slack.ts';
import { bot, type Method, parsed, Refused } from './web-call.ts';
import { channelOf, post } from './web-chat.ts';

/** https://docs.slack.dev/messaging/working-with-files#upload: get an address, send the bytes there, complete. */
export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': bot('files:write', ({ slack, body, base }) => {
    const { filename, length } = body;
    if (!filename || !Number(length)) throw new Refused('missing_argument');
    const { id } = storeFile(slack, { name: String(filename), size: Number(length) });
    return { upload_url: `${base}/upload/v1/${id}`, file_id: id };
  }),
  'files.completeUploadExternal': bot('files:write', (call) => {
    const { slack, body, base } = call;
    const named = parsed(body['files']);
    if (!Array.isArray(named) || named.length === 0) throw new Refused('missing_argument');
    const files = named.map(({ id }: { id?: string }) => uploaded(slack, String(id)));
    const { channel_id, initial_comment } = body;
    if (channel_id !== undefined)
      post(call, { channel: channelOf(channel_id, call), text: String(initial_comment ?? ''), files });
    return { files: files.map((file) => fileOf(file, base)) };
  }),
  'files.info': bot('files:read', ({ slack, body, base }) => {
    const file = slack.files.get(String(body['file']));
    if (!file) throw new Refused('file_not_found');
    return { file: fileOf(file, base) };
  }),
};

/** Takes the bytes of an upload: the body itself, or the one part of a form. Says whether it was an upload. */
export async function takeUpload(
  slack: Slack,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const id = /^\/upload\/v1\/(\w+)$/.exec(request.url ?? '')?.[1];
  if (id === undefined) return false;
  const file = slack.files.get(id);
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  const data = type.startsWith('multipart/form-data') ? await firstPart(body, type) : body;
  if (!file || data.length !== file.size) response.writeHead(500).end('error');
  else {
    slack.files.set(id, { ...file, data });
    response.writeHead(200).end(`OK - ${data.length}`);
  }
  return true;
}

async function firstPart(body: Buffer, type: string): Promise<Buffer> {
  const form = await new Response(Uint8Array.from(body), { headers: { 'content-type': type } }).formData();
  const part = [...form.values()][0];
  return typeof part === 'object' ? Buffer.from(await part.arrayBuffer()) : Buffer.from(part ?? '');
}

function uploaded(slack: Slack, id: string): StoredFile {
  const file = slack.files.get(id);
  if (!file || file.data.length === 0) throw new Refused('file_not_found');
  return file;
}
