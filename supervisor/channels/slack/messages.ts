import type { AdapterHost } from '../adapter.ts';
import { pause } from '../pause.ts';
import type { Listener } from './connections.ts';
import { type MessageEvent, toIncoming } from './incoming.ts';
import { fetchMissed } from './missed.ts';
import { createPeople } from './names.ts';
import { openPosition } from './position.ts';
import type { Envelope } from './socket.ts';
import { mentionedIn, type Names } from './text.ts';
import type { Web } from './web.ts';

export interface Messages extends Listener {
  /** Takes no more; what was kept is acknowledged when it resolves. */
  readonly stop: () => Promise<void>;
}

/** Messages in hand; further ones are left to Slack, which tells them again. */
const MOST_WAITING = 1000;
/** Milliseconds without a connection that Slack bridges by telling again. */
const BRIDGED = 60_000;
const STOP_LIMIT = 500;

/**
 * Hands messages to the host in their order, and acknowledges each once it is kept. Slack tells again what is not
 * acknowledged within three seconds, three times in six minutes, and then never: so a message that was refused is also
 * kept in hand, and those after it wait.
 */
export function createMessages(web: Web, host: AdapterHost, pauses: { readonly again: number }): Messages {
  const over = new AbortController();
  const people = createPeople(web);
  const position = openPosition(host);
  /** How to acknowledge each message that is in hand, once for each time that it was told. */
  const inHand = new Map<string, Envelope['ack'][]>();
  let bot = '';
  let saidDeaf = false;
  let connectedAt = Number.NEGATIVE_INFINITY;
  let last: Promise<void> = Promise.resolve();

  function envelope({ type, body, ack }: Envelope): void {
    if (over.signal.aborted) return;
    connectedAt = performance.now();
    const event = type === 'events_api' ? (body.event as MessageEvent | undefined) : undefined;
    if (event?.type !== 'message' && event?.type !== 'app_mention') return acknowledge([ack]);
    const id = `${event.type} ${event.channel} ${event.ts} ${event.subtype ?? ''}`;
    const waiting = inHand.get(id);
    if (waiting) return void waiting.push(ack);
    if (inHand.size >= MOST_WAITING) return;
    inHand.set(id, [ack]);
    const names = namesIn(event);
    after(async () => {
      const taken = await hand(event, await names);
      const acks = inHand.get(id) ?? [];
      inHand.delete(id);
      if (taken) acknowledge(acks);
    });
  }

  /** Whatever becomes of one, the next one has its turn. */
  function after(work: () => Promise<void>): void {
    last = last.then(work).catch((error: unknown) => {
      host.log('error', 'a message could not be read and was left out', { error: Object(error).name });
    });
  }

  /** Never rejects. Of nobody where the relay has no use for the message: a flood of strangers must not use up what Slack answers. */
  async function namesIn(event: MessageEvent): Promise<Names> {
    try {
      const incoming = toIncoming(event, bot, new Map());
      if (!incoming || !host.wants(incoming)) return new Map();
    } catch {
      return new Map();
    }
    const mentioned = typeof event.text === 'string' ? mentionedIn(event.text) : [];
    const ids = [event.user ?? '', ...mentioned];
    return people.named(ids.filter((one) => one !== '' && one !== bot));
  }

  /** What comes meanwhile waits behind it. */
  function catchUp(): void {
    const chats = position.chats();
    after(async () => {
      for (const event of await fetchMissed(web, chats)) {
        if (!over.signal.aborted) await hand(event, await namesIn(event));
      }
    });
  }

  /** False: it was not taken before all was over. */
  async function hand(event: MessageEvent, names: Names): Promise<boolean> {
    for (;;) {
      if (over.signal.aborted) return false;
      try {
        const incoming = toIncoming(event, bot, names);
        const receipt = incoming ? host.receive(incoming) : 'ignored';
        if (receipt === 'kept')
          position.kept(event.channel, { ts: event.ts, type: event.channel_type ?? 'channel' });
        if (receipt !== 'refused') return true;
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
    connected: () => {
      const now = performance.now();
      if (now - connectedAt > BRIDGED) catchUp();
      connectedAt = now;
    },
    lost: () => {
      connectedAt = performance.now();
    },
    envelope,
    stop: async () => {
      over.abort();
      await Promise.race([last, pause(STOP_LIMIT, new AbortController().signal)]);
      position.save();
    },
  };
}

/** On a connection that is gone it fails; Slack then tells the message again, and the host knows it. */
function acknowledge(acks: readonly Envelope['ack'][]): void {
  for (const ack of acks) ack().catch(() => undefined);
}
