import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileInput } from '../testing/platform.ts';
import type { Event } from './delivery.ts';
import type { Slack } from './slack.ts';

/** A file of the workspace. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** What Slack tells; `data` may be shorter. */
  readonly size: number;
  readonly data: Buffer;
}

/** Stands in events where the address goes at which their reader reaches this server. */
const BASE = 'http://slack.invalid';

export function storeFile(slack: Slack, { name, type, data = '', size }: FileInput): StoredFile {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data);
  const known = type || 'application/octet-stream';
  const file = { id: slack.newId('F'), name, type: known, size: size ?? bytes.length, data: bytes };
  slack.files.set(file.id, file);
  return file;
}

/** https://docs.slack.dev/reference/objects/file-object */
export function fileOf({ id, name, type, size }: StoredFile, base = BASE): Record<string, unknown> {
  const url = `${base}/files-pri/${id}/${encodeURIComponent(name)}`;
  const kind = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : 'binary';
  const named = { id, name, title: name, mimetype: type, filetype: kind, size, mode: 'hosted' };
  return { ...named, is_external: false, url_private: url, url_private_download: url };
}

export function shownIn(event: Event, base: string): Event {
  return 'files' in event ? (JSON.parse(JSON.stringify(event).replaceAll(BASE, base)) as Event) : event;
}

/**
 * Files are given to a bot's token with `files:read`; everybody else gets the page to sign in on, with status 200. Says
 * whether it was a file that was asked for.
 */
export function answerFile(slack: Slack, request: IncomingMessage, response: ServerResponse): boolean {
  const id = /^\/files-pri\/(\w+)\//.exec(request.url ?? '')?.[1];
  if (id === undefined) return false;
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const app = slack.apps.find(({ botToken }) => botToken === token);
  const file = slack.files.get(id);
  if (!app?.scopes.includes('files:read') || slack.ended.has(token))
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Sign in</title>');
  else if (!file) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': file.type }).end(file.data);
  return true;
}
