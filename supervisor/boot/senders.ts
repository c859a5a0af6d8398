import type { ChannelPlan } from '../../runtimes/contract.ts';
import { channelTypes } from '../channels/fields.ts';
import type { ChannelField, ChannelType } from '../config/types.ts';

/** Whether this is one person's id at the channel's platform; `*` is none. */
export function isSender(channel: ChannelPlan, id: string): boolean {
  const field = sendersField(channel);
  return field !== undefined && id !== '*' && id !== '' && (field.pattern?.test(id) ?? true);
}

/** Whether its platform vouches for senders, so that more of them may come to be allowed than the file lists. */
export function isClaimable(channel: ChannelPlan): boolean {
  return typeOf(channel)?.claimable === true;
}

/** The field that lists who may talk on a channel; undefined for types that have none. */
export function sendersField(channel: ChannelPlan): ChannelField | undefined {
  return typeOf(channel)?.fields.find(({ kind }) => kind === 'senders');
}

export function typeOf({ type }: ChannelPlan): ChannelType | undefined {
  return channelTypes.find((candidate) => candidate.type === type);
}
