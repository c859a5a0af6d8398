import type { Millis, StopPolicy } from '../../runtimes/contract.ts';
import type { Clock, Log, ManagedProcess } from './ports.ts';

export interface StopTerms {
  readonly budget: Millis;
  /** It had been ready in this life. */
  readonly served: boolean;
  /** The stop signal was sent already; a second one is an order to give up for some runtimes. */
  readonly signalled?: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sends the stop signal and sees the process off: `gone` by itself, `settled` by KILL a while after it said that nothing
 * is in flight, `late` by KILL at the end of the budget. Only the last may have cut a turn.
 */
export async function endOf(
  child: ManagedProcess,
  { signal, settled }: StopPolicy,
  { budget, served, signalled, clock, log }: StopTerms,
): Promise<'gone' | 'settled' | 'late'> {
  const over = new AbortController();
  const grace = settled?.grace ?? 0;
  // Listening before the signal: the line may follow at once.
  const said = served && settled ? child.says?.(settled.output) : undefined;
  if (!signalled) child.signal(signal);
  const end = await Promise.race([
    child.exited.then(() => 'gone' as const),
    clock.sleep(budget, over.signal).then(() => 'late' as const),
    ...(said ? [said.then(() => clock.sleep(grace, over.signal)).then(() => 'settled' as const)] : []),
  ]);
  over.abort();
  if (end === 'gone') return end;
  if (end === 'late') log.warn('the stop budget is over, killing the runtime', { budget });
  else log.warn('nothing is in flight any more, but the runtime does not end: killing it', { grace });
  child.signal('SIGKILL');
  return end;
}
