import { channelTypes } from '../../supervisor/channels/fields.ts';

/** Whether accounts of that type are in chats where others read too. */
export function hasGroups(type: string): boolean {
  const fields = channelTypes.find((each) => each.type === type)?.fields ?? [];
  return fields.some(({ kind }) => kind === 'groups');
}
