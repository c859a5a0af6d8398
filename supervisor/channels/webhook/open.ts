import type { Account, AdapterHost, Channel } from '../adapter.ts';
import { createAnswers } from './answers.ts';
import { deliver } from './deliver.ts';
import { createHook } from './hook.ts';

export interface Limits {
  /** Milliseconds that a request's body may take. */
  readonly body: number;
  /** Bytes of all bodies that are being read. */
  readonly room: number;
  /** Milliseconds of silence before a waiting client gets a sign. */
  readonly quiet: number;
}

/** Messages by signed HTTP: taken at `/hooks/<name>`, answered in the response or, with `url`, by a request of ours. */
export function openWebhook(
  { name, fields, secrets }: Account,
  host: AdapterHost,
  { body, room, quiet }: Limits = { body: 30_000, room: 32 * 1024 * 1024, quiet: 15_000 },
): Channel {
  const secret = secrets['secret'] ?? '';
  const url = fields['url'] ?? '';
  const answers = url === '' ? createAnswers(quiet) : undefined;
  let released = false;
  host.state({ kind: 'up' });
  return {
    hook: createHook({ secret, host, answers, released: () => released, bodyTime: body, bodyRoom: room }),
    send: async (to, part, key, signal) => {
      // What is said beside an answer is for people: a program was told by the status.
      if (to.message === undefined) return;
      if (!answers) return deliver({ name, url, secret }, to, part, key, signal);
      answers.add(to.message, part);
    },
    answered: ({ message: id }) => {
      if (!answers || id === undefined || answers.whole(id)) return;
      host.log('warn', 'nobody waits for the answer any more; it is kept for whoever asks for it by its id', {
        channel: name,
      });
    },
    // Nobody is told that an answer is being written: a waiting client sees a line break now and then.
    typing: async () => undefined,
    fetchFile: async ({ ref }, limit) => {
      const data = Buffer.from(ref, 'base64');
      if (data.length > limit) throw new Error(`the file is larger than ${limit} bytes`);
      return data;
    },
    // Those who wait still get their answers: they hold nothing that anybody else could want.
    release: async () => {
      released = true;
    },
  };
}
