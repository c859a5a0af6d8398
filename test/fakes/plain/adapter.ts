import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Account,
  type AdapterHost,
  type Channel,
  type ChannelAdapter,
  type Incoming,
  SendFailed,
} from '../../../supervisor/channels/adapter.ts';

/** The simplest channel type there can be, for tests of the relay: HTTP in, HTTP out (./server.ts). */
export const adapter: ChannelAdapter = {
  typingLasts: 500,
  fileLimit: 1_000_000,
  format: (markdown) => {
    const pieces = markdown.match(/[\s\S]{1,1000}/g) ?? [];
    return pieces.map((text) => ({ kind: 'text', text, plain: text.replaceAll('*', '') }));
  },
  open,
};

interface Update {
  readonly number: number;
  readonly message: Incoming;
}

function open(account: Account, host: AdapterHost): Channel {
  const root = account.fields['root'] ?? '';
  const closing = new AbortController();
  let after = 0;

  const poll = async (signal: AbortSignal, hold: number): Promise<void> => {
    const answer = await fetch(`${root}/updates?after=${after}&hold=${hold}`, { signal });
    const updates = (await answer.json()) as Update[];
    host.state({ kind: 'up', account: '@plain' });
    for (const { number, message } of updates) {
      if (host.receive(message) === 'refused') return void (await sleep(100, undefined, { signal }));
      after = number;
    }
  };
  const polling = (async () => {
    host.state({ kind: 'connecting' });
    while (!closing.signal.aborted) {
      try {
        await poll(closing.signal, 1_000);
      } catch {
        if (closing.signal.aborted) return;
        host.state({ kind: 'down', reason: 'unreachable', detail: 'the plain platform does not answer' });
        await sleep(50);
      }
    }
  })();

  return {
    send: async (to, part, key, signal) => {
      const shown = part.kind === 'file' ? { ...part, data: part.data.toString('base64') } : part;
      const answer = await post(`${root}/send`, { to, part: shown, key }, signal).catch((error: unknown) => {
        throw new SendFailed(String(error), { outcome: 'later', uncertain: true });
      });
      if (answer.status === 200) return;
      const wait = answer.headers.get('retry-after-ms');
      throw new SendFailed(`the plain platform answers ${answer.status}`, {
        outcome: answer.status === 400 ? 'refused' : answer.status === 410 ? 'gone' : 'later',
        uncertain: answer.status === 502,
        ...(wait === null ? {} : { retryAfter: Number(wait) }),
      });
    },
    typing: async (to, signal) => void (await post(`${root}/typing`, { to }, signal)),
    fetchFile: async (file, limit, signal) => {
      const answer = await fetch(`${root}/files/${file.ref}`, { signal });
      const data = Buffer.from(await answer.arrayBuffer());
      if (answer.status !== 200 || data.length > limit) throw new Error('no such file');
      return data;
    },
    release: async () => {
      closing.abort();
      await polling;
      // What was kept is acknowledged by the next question, which takes nothing.
      await fetch(`${root}/ack?after=${after}`).catch(() => undefined);
    },
  };
}

async function post(url: string, body: object, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal });
  await answer.arrayBuffer();
  return answer;
}
