import type { GroupPolicy } from '../../../runtimes/contract.ts';
import type { Incoming } from '../../channels/adapter.ts';
import type { ChannelAccess } from '../protocol.ts';

/** Whether a sender may talk on a channel. */
export type Allowed = (sender: string) => boolean;

export function allowedBy({ role, allowFrom }: ChannelAccess): Allowed {
  const ids = role === 'serve' ? new Set(allowFrom) : new Set<string>();
  const everyone = ids.has('*');
  return (sender) => everyone || ids.has(sender);
}

/** What becomes of a message; strangers and people who talk to each other get no word. */
export function admit(
  { sender, direct, mentioned }: Incoming,
  allowed: Allowed,
  groups: GroupPolicy,
): 'served' | 'stranger' | 'ignored' {
  if (!allowed(sender.id)) return 'stranger';
  if (direct || groups === 'all') return 'served';
  return groups === 'mention' && mentioned ? 'served' : 'ignored';
}
