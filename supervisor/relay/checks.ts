import type { ChannelReason } from '../../runtimes/contract.ts';
import type { Check } from '../channels/check.ts';
import type { ChannelCheck, FromRelay } from './protocol.ts';

export interface CheckTools {
  /** The check of a channel type; undefined when the type has none. */
  readonly load: (type: string) => Promise<Check | undefined>;
  readonly report: (message: Extract<FromRelay, { kind: 'channel' }>) => void;
  readonly wait: (ms: number) => Promise<void>;
}

const TIME_LIMIT = 10_000;
const AGAIN_AFTER = 60_000;

const passing: ReadonlySet<ChannelReason> = new Set(['unreachable', 'poller-conflict', 'session-limit']);

/** Reports what the platform says of one account, again as long as that may change by itself. */
export async function watchChannel(account: ChannelCheck, tools: CheckTools): Promise<void> {
  const check = await tools.load(account.type);
  if (!check) return;
  for (;;) {
    const found = await check(account, AbortSignal.timeout(TIME_LIMIT));
    const who = found.account === undefined ? {} : { account: found.account };
    tools.report({ kind: 'channel', name: account.name, reason: found.reason, ...who });
    if (!found.reason || !passing.has(found.reason)) return;
    await tools.wait(AGAIN_AFTER);
  }
}
