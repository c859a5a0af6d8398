import type { ChannelReason } from '../../../runtimes/contract.ts';
import type { FromRelay } from '../protocol.ts';

type Report = Extract<FromRelay, { kind: 'channel' }>;

/** How a channel is, told to PID 1 when it changes. What ails the queue ails every channel that is served. */
export interface Reasons {
  /** What the platform or the connection to it says. */
  readonly channel: (name: string, reason: ChannelReason | null, account?: string) => void;
  /** Channels whose messages are written down. */
  readonly served: (name: string, is: boolean) => void;
  readonly queue: (trouble: 'queue-full' | 'disk-full', is: boolean) => void;
}

export function createReasons(send: (report: Report) => void): Reasons {
  const own = new Map<string, { reason: ChannelReason | null; account: string | undefined }>();
  const said = new Map<string, string>();
  const served = new Set<string>();
  const troubles = new Set<ChannelReason>();

  const report = (name: string): void => {
    const known = own.get(name);
    const trouble = served.has(name) ? troubleOf(troubles) : undefined;
    if (!known && !trouble) return;
    const account = known?.account === undefined ? {} : { account: known.account };
    const message: Report = { kind: 'channel', name, reason: trouble ?? known?.reason ?? null, ...account };
    const text = JSON.stringify(message);
    if (said.get(name) === text) return;
    said.set(name, text);
    send(message);
  };
  return {
    channel: (name, reason, account) => {
      own.set(name, { reason, account: account ?? own.get(name)?.account });
      report(name);
    },
    served: (name, is) => {
      if (is) served.add(name);
      else served.delete(name);
      report(name);
    },
    queue: (trouble, is) => {
      if (troubles.has(trouble) === is) return;
      if (is) troubles.add(trouble);
      else troubles.delete(trouble);
      for (const name of served) report(name);
    },
  };
}

/** A full disk is why a queue is full, not the other way round. */
function troubleOf(troubles: ReadonlySet<ChannelReason>): ChannelReason | undefined {
  return troubles.has('disk-full') ? 'disk-full' : [...troubles][0];
}
