import type { ChannelPlan } from '../../runtimes/contract.ts';
import type { ChannelRecord } from './record.ts';

/** The channel as it is now: the file's list, its owner and those who were allowed later. */
export function withPeople(plan: ChannelPlan, record: ChannelRecord): ChannelPlan {
  const allowFrom = plan.allowFrom.includes('*')
    ? plan.allowFrom
    : [...new Set([...plan.allowFrom, ...peopleOf(record)])];
  const claimed = plan.mode === 'unclaimed' && allowFrom.length > 0;
  return { ...plan, allowFrom, mode: claimed ? plan.serves : plan.mode };
}

/** The same, as long as nobody else may have its account. */
export function closed(plan: ChannelPlan): ChannelPlan {
  return { ...plan, allowFrom: [], mode: 'unclaimed' };
}

export function claimedBy(
  record: ChannelRecord,
  { id, name }: { readonly id: string; readonly name: string },
  at: string,
): ChannelRecord {
  return { ...record, owner: { id, name: readable(name), at } };
}

/** The same record when the person is in it already. */
export function allowing(record: ChannelRecord, id: string, by: string, at: string): ChannelRecord {
  if (peopleOf(record).includes(id)) return record;
  return { ...record, allowed: [...record.allowed, { id, by, at }] };
}

/** The same record when the person is not in it. */
export function revoking(record: ChannelRecord, id: string): ChannelRecord {
  if (!peopleOf(record).includes(id)) return record;
  const allowed = record.allowed.filter((one) => one.id !== id);
  return { ...(record.owner && record.owner.id !== id ? { owner: record.owner } : {}), allowed };
}

function peopleOf({ owner, allowed }: ChannelRecord): readonly string[] {
  return [...(owner ? [owner.id] : []), ...allowed.map(({ id }) => id)];
}

/** A name that somebody chose, fit for a terminal and of a length to read. */
function readable(name: string): string {
  return [...name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')].slice(0, 80).join('').trim();
}
