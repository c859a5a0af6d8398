import type { ChannelPlan } from '../../runtimes/contract.ts';
import { channelTypes } from '../channels/fields.ts';
import type { ChannelField } from '../config/types.ts';

/** Whether this is one person's id at the channel's platform; `*` is none. */
export function isSender(channel: ChannelPlan, id: string): boolean {
  const field = sendersField(channel);
  return field !== undefined && id !== '*' && id !== '' && (field.pattern?.test(id) ?? true);
}

/** The field that lists who may talk on a channel; undefined for types that have none. */
export function sendersField({ type }: ChannelPlan): ChannelField | undefined {
  return channelTypes
    .find((candidate) => candidate.type === type)
    ?.fields.find(({ kind }) => kind === 'senders');
}
