import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendJson } from './answer.ts';

/** What `/clawden/v1/channels` and below do; the words are in docs/claims.md. */
export interface ChannelsApi {
  /** Every channel, as JSON. No secret in it but the codes, which whoever holds the token may know. */
  readonly list: () => readonly unknown[];
  readonly act: (channel: string, action: ChannelAction, id: string) => ActionResult;
}

export type ChannelAction = 'allow' | 'revoke' | 'reset';

/** `done`: the channel as it is now. */
export type ActionResult =
  | { readonly kind: 'done'; readonly channel: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string };

/** An id has a hundred bytes; the gate lets 64 KiB pass. */
const largestBody = 4096;

const root = '/clawden/v1/channels';
const actions: readonly string[] = ['allow', 'revoke', 'reset'] satisfies readonly ChannelAction[];

/** Answers if the path is one of the channels'. `api` is undefined until the plan is made. */
export function answerChannels(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  api: ChannelsApi | undefined,
): boolean {
  if (path !== root && !path.startsWith(`${root}/`)) return false;
  const [name, action, ...more] = path.slice(root.length + 1).split('/');
  if (path !== root && (more.length > 0 || !isAction(action))) {
    sendError(response, 404, 'not_found', `no ${path}`);
  } else if (request.method !== (action ? 'POST' : 'GET')) {
    const allow = action ? 'POST' : 'GET';
    sendError(response, 405, 'method_not_allowed', `use ${allow}`, { allow });
  } else if (!api) {
    sendError(response, 503, 'unavailable', 'not ready yet', { 'retry-after': '1' });
  } else if (isAction(action)) {
    void perform(request, response, api, name ?? '', action);
  } else {
    sendJson(response, 200, { channels: api.list() });
  }
  return true;
}

function isAction(word: string | undefined): word is ChannelAction {
  return word !== undefined && actions.includes(word);
}

async function perform(
  request: IncomingMessage,
  response: ServerResponse,
  api: ChannelsApi,
  name: string,
  action: ChannelAction,
): Promise<void> {
  const id = action === 'reset' ? '' : idIn(await bodyOf(request));
  if (id === undefined) {
    const body = '{"id": "…"}, the id of one person at the platform as a string';
    return sendError(response, 400, 'bad_request', `${action} wants the body ${body}`);
  }
  const result = api.act(name, action, id);
  if (result.kind === 'done') return sendJson(response, 200, { channel: result.channel });
  sendError(response, result.status, result.code, result.message);
}

/** Undefined for a body that is not JSON with an id, or too large. */
function idIn(text: string | undefined): string | undefined {
  try {
    const id: unknown = Object(JSON.parse(text ?? '')).id;
    return typeof id === 'string' && id !== '' ? id : undefined;
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return undefined;
  const chunks: Buffer[] = [];
  try {
    // The length that was announced is all that node lets through.
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The client is gone, and nobody reads the answer.
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
