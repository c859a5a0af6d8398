import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel } from '../adapter.ts';
import { createHost, type StandIn } from '../testing.ts';
import { openWebhook } from './open.ts';
import { sign } from './signature.ts';

export const secret = '0123456789abcdef';

export interface Stage {
  readonly host: StandIn;
  readonly channel: Channel;
  readonly url: string;
  /** POSTs this, signed now unless a header is given. */
  readonly post: (body: object | string, header?: string | null) => Promise<Answer>;
  /** What the agent says to the message of this id, whole. */
  readonly reply: (id: string, ...texts: string[]) => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: { readonly [key: string]: unknown; readonly error?: { code: string; message: string } };
  readonly headers: Headers;
}

const servers: Server[] = [];

/** A webhook as the relay opens it, behind a server of its own. */
export async function openStage(fields: { url?: string } = {}): Promise<Stage> {
  const host = createHost();
  const account = { name: 'hook', fields, secrets: { secret }, groups: 'mention' as const };
  const channel = openWebhook(account, host, { body: 300, room: 2 * 1024 * 1024, quiet: 100 });
  const url = await serve((request, response) => channel.hook?.(request, response));
  const never = new AbortController().signal;
  return {
    host,
    channel,
    url,
    post: async (given, header) => {
      const body = typeof given === 'string' ? given : JSON.stringify(given);
      const signature = header === undefined ? signed(body) : header;
      const headers: Record<string, string> = signature === null ? {} : { 'x-clawden-signature': signature };
      const response = await fetch(url, { method: 'POST', body, headers });
      return {
        status: response.status,
        body: (await response.json()) as Answer['body'],
        headers: response.headers,
      };
    },
    reply: async (id, ...texts) => {
      const to = { chat: 'ops', message: id };
      for (const [index, text] of texts.entries())
        await channel.send(to, { kind: 'text', text, plain: text }, `k${index}`, never);
      channel.answered?.(to);
    },
  };
}

/** The header for a body that is signed so many seconds from now. */
export function signed(body: string, seconds = 0, key = secret): string {
  return sign(key, Math.floor(Date.now() / 1000) + seconds, Buffer.from(body));
}

export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

export function closeStages(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}
