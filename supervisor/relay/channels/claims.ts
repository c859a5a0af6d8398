import type { Incoming } from '../../channels/adapter.ts';
import { codeIn } from '../../claims/code.ts';
import type { ChannelAccess, FromRelay } from '../protocol.ts';

/**
 * What PID 1 is asked about a message on a channel with the role `claim`; undefined: nothing, and nobody is answered.
 * PID 1 compares and counts, so that a relay that is killed forgets no wrong try, and does not hold the code. A code
 * written in a group is one that others have read.
 */
export function claimTry(
  channel: string,
  { direct, sender: { id, name }, text }: Incoming,
): Extract<FromRelay, { kind: 'claim-tried' }> | undefined {
  const code = direct ? codeIn(text) : undefined;
  return code === undefined ? undefined : { kind: 'claim-tried', channel, sender: { id, name }, code };
}

/** What the sender is told whose code was right. */
export function welcome({ role }: ChannelAccess): string {
  const now = 'You are my owner now: I answer you, and nobody whom you do not allow.';
  return role === 'watch' ? `${now} Give me a moment to get ready, then write to me.` : `${now} Write to me.`;
}
