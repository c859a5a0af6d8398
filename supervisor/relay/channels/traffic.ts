import type { FromRelay } from '../protocol.ts';
import type { Times } from './records.ts';

/** What a channel does, told to PID 1 at most once a second. */
export interface TrafficReport {
  readonly received: () => void;
  readonly sent: () => void;
  /** One sentence without a secret or a text of a conversation. */
  readonly failed: (text: string) => void;
  readonly connected: (is: boolean) => void;
  readonly connectedSince: () => number | undefined;
  /** How many messages wait has changed. */
  readonly changed: () => void;
  /** What was known before the start. */
  readonly restore: (times: Times) => void;
}

export interface TrafficTools {
  readonly channel: string;
  readonly send: (message: Extract<FromRelay, { kind: 'traffic' }>) => void;
  /** May throw: times are no message. */
  readonly save: (times: Times) => void;
  readonly waiting: () => number;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
}

const PAUSE = 1_000;

export function createTraffic({ channel, send, save, waiting, now }: TrafficTools): TrafficReport {
  let times: Times = {};
  let since: number | undefined;
  let stale = false;
  let timer: NodeJS.Timeout | undefined;

  const report = (): void => {
    stale = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (stale) report();
    }, PAUSE);
    try {
      save(times);
    } catch {
      // Told anyway; the disk has others who complain.
    }
    const connectedSince = since === undefined ? {} : { connectedSince: since };
    send({ kind: 'traffic', channel, traffic: { ...times, ...connectedSince, waiting: waiting() } });
  };
  const changed = (): void => {
    stale = true;
    if (!timer) report();
  };
  const note = (news: Times): void => {
    times = { ...times, ...news };
    changed();
  };
  return {
    received: () => note({ lastIn: now() }),
    sent: () => note({ lastOut: now() }),
    failed: (text) => note({ lastError: { at: now(), text } }),
    connected: (is) => {
      if (is === (since !== undefined)) return;
      since = is ? now() : undefined;
      changed();
    },
    connectedSince: () => since,
    changed,
    restore: (old) => {
      times = { ...old, ...times };
      changed();
    },
  };
}
