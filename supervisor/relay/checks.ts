import type { ChannelReason } from '../../runtimes/contract.ts';
import type { Check } from '../channels/check.ts';
import type { ChannelCheck } from './protocol.ts';

export interface CheckTools {
  /** The check of a channel type; undefined when the type has none. */
  readonly load: (type: string) => Promise<Check | undefined>;
  readonly report: (name: string, reason: ChannelReason | null, account?: string) => void;
  /** Rejects when the signal comes first. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const TIME_LIMIT = 10_000;
const AGAIN_AFTER = 60_000;
/** For a network that comes up together with the container; doubled each time. */
const FIRST_AGAIN_AFTER = 5_000;

const passing: ReadonlySet<ChannelReason> = new Set([
  'unreachable',
  'poller-conflict',
  'session-limit',
  // Mended at the platform, with the same token.
  'missing-scope',
]);

/**
 * Reports what the platform says of one account, again as long as that may change without another token. True: it can be
 * served. Rejects when the signal comes.
 */
export async function checkAccount(
  account: ChannelCheck,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<boolean> {
  const check = await tools.load(account.type);
  if (!check) return true;
  for (let pause = FIRST_AGAIN_AFTER; ; pause = Math.min(pause * 2, AGAIN_AFTER)) {
    const found = await check(account, AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT)]));
    signal.throwIfAborted();
    tools.report(account.name, found.reason, found.account);
    if (!found.reason || found.servable) return true;
    if (!passing.has(found.reason)) return false;
    await tools.wait(found.reason === 'unreachable' ? pause : AGAIN_AFTER, signal);
  }
}
