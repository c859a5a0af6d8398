import type { Message, Update } from 'grammy/types';

/** What becomes one message for the agent: one update, or those of one album. */
export interface Unit {
  /** Lowest update id in it. */
  readonly first: number;
  readonly updates: readonly number[];
  readonly messages: readonly [Message, ...Message[]];
}

/**
 * The messages among updates in their order, those of an album together at the place of its first. Telegram sends an
 * album as single messages that have nothing in common but `media_group_id`.
 */
export function toUnits(updates: readonly Update[]): Unit[] {
  const units: { first: number; updates: number[]; messages: [Message, ...Message[]] }[] = [];
  const albums = new Map<string, (typeof units)[number]>();
  for (const { update_id, message } of updates) {
    if (!message) continue;
    const album = albumOf(message);
    const open = album === undefined ? undefined : albums.get(album);
    if (open) {
      open.updates.push(update_id);
      open.messages.push(message);
      continue;
    }
    const unit = { first: update_id, updates: [update_id], messages: [message] as [Message, ...Message[]] };
    units.push(unit);
    if (album !== undefined) albums.set(album, unit);
  }
  return units;
}

/** How many of the updates belong to albums. */
export function inAlbums(updates: readonly Update[]): number {
  return updates.filter(({ message }) => message && albumOf(message) !== undefined).length;
}

function albumOf({ media_group_id, chat }: Message): string | undefined {
  return media_group_id === undefined ? undefined : `${chat.id}/${media_group_id}`;
}
