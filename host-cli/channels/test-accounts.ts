import { type CheckResult, loadCheck } from '../../supervisor/channels/check.ts';
import type { DeclaredChannel } from '../../supervisor/config/project-channels.ts';
import type { Holder, Holders } from './holders.ts';

/** What the platform said of one channel's account. */
export interface Tested {
  readonly channel: DeclaredChannel;
  /** Undefined: not asked, something of its credentials is missing or wrong. */
  readonly result: CheckResult | undefined;
  readonly readers: Readers;
  readonly milliseconds: number;
}

/** Who takes the account's messages. `not-asked`: the platform does not tell, or it was not wanted. */
export type Readers =
  | { readonly kind: 'none' | 'other' | 'not-asked' }
  | { readonly kind: 'unknown'; readonly why?: string }
  | ({ readonly kind: 'ours' } & Holder);

export interface Testing {
  /** Milliseconds for all questions about one account. */
  readonly limit: number;
  /** Undefined: it is not known what runs here, so nobody may be disturbed. */
  readonly holders: Holders | undefined;
  /** Whether to look for other readers, which disturbs them for a moment. */
  readonly lookForReaders: boolean;
  readonly signal: AbortSignal;
  readonly told: (count: number) => void;
}

/** Asks for all accounts at once. An account that several channels share is asked for once. */
export async function testAccounts(
  channels: readonly DeclaredChannel[],
  testing: Testing,
): Promise<readonly Tested[]> {
  const asked = new Map<string, Promise<Omit<Tested, 'channel'>>>();
  let count = 0;
  return Promise.all(
    channels.map(async (channel) => {
      const { type, fields, secrets } = channel.plan;
      if (!channel.hasCredentials) {
        return { channel, result: undefined, readers: { kind: 'not-asked' }, milliseconds: 0 };
      }
      const key = JSON.stringify([type, fields, secrets]);
      const answer = asked.get(key) ?? ask(channel, testing);
      asked.set(key, answer);
      const found = await answer;
      testing.told(++count);
      return { channel, ...found };
    }),
  );
}

async function ask({ plan }: DeclaredChannel, testing: Testing): Promise<Omit<Tested, 'channel'>> {
  const begun = performance.now();
  const module = await loadCheck(plan.type);
  const { signal, release } = within(testing);
  const done = (result: CheckResult | undefined, readers: Readers): Omit<Tested, 'channel'> => {
    release();
    return { result, readers, milliseconds: Math.round(performance.now() - begun) };
  };
  if (!module) return done(undefined, { kind: 'not-asked' });
  const result = await module.check(plan, signal);
  if (result.reason !== null) return done(result, { kind: 'not-asked' });
  const holder = testing.holders?.of(plan, result.account);
  if (holder) return done(result, { kind: 'ours', ...holder });
  if (!module.checkReaders || !testing.lookForReaders) return done(result, { kind: 'not-asked' });
  // One of ours may hold it: it must not lose its poll to a test.
  if (!testing.holders) return done(result, { kind: 'unknown' });
  const found = await module.checkReaders(plan, signal);
  if (found.reason === null) return done(result, { kind: 'none' });
  // The token is good; what it was about to tell beyond that did not come.
  if (found.reason === 'unreachable') {
    const why = found.details?.text;
    return done(result, { kind: 'unknown', ...(why === undefined ? {} : { why }) });
  }
  return done({ ...result, ...found }, { kind: 'other' });
}

/** Ends with the time limit or with Ctrl-C. (AbortSignal.any came with Node 20.3.) */
function within({ limit, signal }: Testing): { readonly signal: AbortSignal; readonly release: () => void } {
  const own = new AbortController();
  const end = (): void => own.abort();
  const timer = setTimeout(end, limit);
  signal.addEventListener('abort', end);
  const release = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  };
  return { signal: own.signal, release };
}
