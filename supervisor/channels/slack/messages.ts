import type { AdapterHost } from '../adapter.ts';
import { pause } from '../pause.ts';
import type { Listener } from './connections.ts';
import { type MessageEvent, toIncoming } from './incoming.ts';
import { createPeople } from './names.ts';
import type { Envelope } from './socket.ts';
import { mentionedIn, type Names } from './text.ts';
import type { Web } from './web.ts';

export interface Messages extends Listener {
  /** Takes no more; what was kept is acknowledged when it resolves. */
  readonly stop: () => Promise<void>;
}

/** Messages in hand; further ones are left to Slack, which tells them again. */
const MOST_WAITING = 1000;

/**
 * Hands messages to the host in their order, and acknowledges each once it is kept. Slack tells again what is not
 * acknowledged within three seconds, three times in six minutes, and then never: so a message that was refused is also
 * kept in hand, and those after it wait.
 */
export function createMessages(web: Web, host: AdapterHost, pauses: { readonly again: number }): Messages {
  const over = new AbortController();
  const people = createPeople(web);
  /** How to acknowledge each message that is in hand, once for each time that it was told. */
  const inHand = new Map<string, Envelope['ack'][]>();
  let bot = '';
  let saidDeaf = false;
  let last: Promise<void> = Promise.resolve();

  function envelope({ type, body, ack }: Envelope): void {
    if (over.signal.aborted) return;
    const event = type === 'events_api' ? (body.event as MessageEvent | undefined) : undefined;
    if (event?.type !== 'message' && event?.type !== 'app_mention') return acknowledge([ack]);
    const id = `${event.type} ${event.channel} ${event.ts} ${event.subtype ?? ''}`;
    const waiting = inHand.get(id);
    if (waiting) return void waiting.push(ack);
    if (inHand.size >= MOST_WAITING) return;
    inHand.set(id, [ack]);
    const ids = [event.user ?? '', ...mentionedIn(event.text ?? '')].filter(
      (one) => one !== '' && one !== bot,
    );
    const names =
      event.subtype === 'message_changed' || event.user === bot
        ? Promise.resolve(new Map())
        : people.named(ids);
    last = last.then(async () => {
      const taken = await hand(event, await names);
      const acks = inHand.get(id) ?? [];
      inHand.delete(id);
      if (taken) acknowledge(acks);
    });
  }

  /** False: it was not taken before all was over. */
  async function hand(event: MessageEvent, names: Names): Promise<boolean> {
    for (;;) {
      if (over.signal.aborted) return false;
      try {
        const incoming = toIncoming(event, bot, names);
        if (!incoming || host.receive(incoming) !== 'refused') return true;
      } catch (error) {
        // It would come again, and hold up all that follow.
        host.log('error', 'a message could not be read and was left out', { error: Object(error).name });
        return true;
      }
      await pause(pauses.again, over.signal);
    }
  }

  return {
    ready: ({ user, deaf }) => {
      bot = user;
      if (deaf && !saidDeaf)
        host.log('info', 'without the scope app_mentions:read the app hears no mention in channels');
      saidDeaf = deaf;
    },
    envelope,
    stop: async () => {
      over.abort();
      await last;
    },
  };
}

/** On a connection that is gone it fails; Slack then tells the message again, and the host knows it. */
function acknowledge(acks: readonly Envelope['ack'][]): void {
  for (const ack of acks) ack().catch(() => undefined);
}
