import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address, Incoming } from '../../../supervisor/channels/adapter.ts';

/** What the bot sent. */
export interface Sent {
  readonly to: Address;
  readonly part: { kind: 'text' | 'file'; text: string; name: string; mediaType: string; data: string };
  readonly key: string;
}

export interface PlainPlatform {
  readonly url: string;
  /** A person writes. Repeats with the same id are what a platform does whose message was not acknowledged. */
  readonly write: (text: string, more?: Partial<Incoming>) => Incoming;
  readonly sent: readonly Sent[];
  /** Texts that arrived in a chat. */
  readonly texts: (chat?: string) => string[];
  /** The next message to a chat. */
  readonly arrival: (chat: string) => Promise<void>;
  /** Ids of messages that the bot has acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  readonly typing: readonly Address[];
  readonly files: Map<string, Buffer>;
  /** Statuses of the next sends; 200 and none: taken. 0: taken, and hung up on. -1: taken, and never answered. */
  readonly answers: { status: number; retryAfter?: number }[];
  /** Polls that are open. */
  readonly polls: () => number;
  /** The most polls that ever were open at once. */
  readonly mostPolls: () => number;
  readonly close: () => Promise<void>;
}

interface Update {
  readonly number: number;
  readonly message: Incoming;
}

/** The platform of ./adapter.ts: keeps a message until a poll acknowledges it, as Telegram does. */
export async function startPlain(): Promise<PlainPlatform> {
  const updates: Update[] = [];
  const sent: Sent[] = [];
  const typing: Address[] = [];
  const files = new Map<string, Buffer>();
  const acknowledged = new Set<string>();
  const answers: { status: number; retryAfter?: number }[] = [];
  const waiting = new Set<() => void>();
  const arrivals = new Map<string, () => void>();
  let polls = 0;
  let most = 0;
  let count = 0;

  const acknowledge = (after: number): void => {
    while (updates[0] && updates[0].number <= after) {
      acknowledged.add(updates[0].message.id);
      updates.shift();
    }
  };
  const poll = (query: URLSearchParams, response: ServerResponse): void => {
    const after = Number(query.get('after'));
    acknowledge(after);
    polls += 1;
    most = Math.max(most, polls);
    const answer = (): void => {
      clearTimeout(timer);
      waiting.delete(answer);
      if (!response.writableEnded) response.end(JSON.stringify(updates.slice(0, 100)));
    };
    response.on('close', () => {
      polls -= 1;
      waiting.delete(answer);
    });
    const timer = setTimeout(answer, Number(query.get('hold')));
    if (updates.length > 0) answer();
    else waiting.add(answer);
  };
  const take = (body: Sent, response: ServerResponse): void => {
    const { status, retryAfter } = answers.shift() ?? { status: 200 };
    if (status <= 0 || status === 200) {
      sent.push(body);
      arrivals.get(body.to.chat)?.();
      arrivals.delete(body.to.chat);
    }
    if (status === 0) response.destroy();
    if (status <= 0) return;
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after-ms': retryAfter }).end();
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://plain');
    let text = '';
    for await (const chunk of request) text += chunk;
    if (pathname === '/updates') return poll(searchParams, response);
    if (pathname === '/ack') acknowledge(Number(searchParams.get('after')));
    if (pathname === '/send') return take(JSON.parse(text) as Sent, response);
    if (pathname === '/typing') typing.push((JSON.parse(text) as Sent).to);
    const file = files.get(pathname.replace('/files/', ''));
    response.writeHead(pathname.startsWith('/files/') && !file ? 404 : 200).end(file);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    write: (text, more = {}) => {
      count += 1;
      const message: Incoming = {
        id: `m${count}`,
        to: { chat: '42', message: `m${count}` },
        sender: { id: '42', name: 'Ada' },
        direct: true,
        mentioned: false,
        text,
        files: [],
        ...more,
      };
      updates.push({ number: count, message });
      for (const wake of [...waiting]) wake();
      return message;
    },
    sent,
    texts: (chat) =>
      sent
        .filter(({ to }) => chat === undefined || to.chat === chat)
        .map(({ part }) => part.text ?? part.name),
    arrival: (chat) => new Promise((resolve) => void arrivals.set(chat, resolve)),
    acknowledged,
    typing,
    files,
    answers,
    polls: () => polls,
    mostPolls: () => most,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
