import type { SlackDelivery, SlackWhere } from '../testing/slack.ts';
import type { App } from './slack.ts';

/** https://docs.slack.dev/apis/events-api#error-handling: nearly immediately, after one minute, after five. */
const RETRY_AFTER = [0, 60_000, 300_000];
const ACK_WITHIN = 3000;

export type Event = Readonly<Record<string, unknown>>;

/** A connection, as deliveries see it. */
export interface Line {
  readonly app: App;
  readonly number: number;
  /** Sends it; `acknowledged` is called when the client has taken it. */
  readonly deliver: (delivery: SlackDelivery, event: Event, acknowledged: () => void) => void;
}

/** Brings each event to one connection of its app, and again to one of them until it is acknowledged or given up. */
export class Deliveries {
  readonly log: SlackDelivery[] = [];
  private readonly lines: ReadonlySet<Line>;
  private readonly retryAfter: readonly number[];
  private readonly ackWithin: number;
  private readonly timers = new Set<NodeJS.Timeout>();
  private turn = 0;

  constructor(lines: ReadonlySet<Line>, { retryAfter = RETRY_AFTER, ackWithin = ACK_WITHIN }: SlackWhere) {
    this.lines = lines;
    this.retryAfter = retryAfter;
    this.ackWithin = ackWithin;
  }

  send(app: App, event: Event, event_id: string, retry_attempt = 0): void {
    // Slack promises no pattern; taking turns shows a client that expects one.
    const open = [...this.lines].filter((line) => line.app === app);
    this.turn += 1;
    const line = open[this.turn % Math.max(open.length, 1)];
    const again = (): void => {
      const wait = this.retryAfter[retry_attempt];
      if (wait !== undefined) this.after(wait, () => this.send(app, event, event_id, retry_attempt + 1));
    };
    if (!line) return again();
    const { type, ts = event['event_ts'] } = event;
    const what = { event_id, type: String(type), ts: String(ts), retry_attempt };
    const delivery = { at: Date.now(), ...what, connection: line.number, acknowledged: false };
    this.log.push(delivery);
    const timer = this.after(this.ackWithin, again);
    line.deliver(delivery, event, () => {
      delivery.acknowledged = true;
      clearTimeout(timer);
      this.timers.delete(timer);
    });
  }

  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.log.length = 0;
  }

  private after(ms: number, what: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      what();
    }, ms);
    this.timers.add(timer);
    return timer;
  }
}
