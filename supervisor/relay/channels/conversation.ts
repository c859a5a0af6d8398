import { createHash } from 'node:crypto';
import type { Address } from '../../channels/adapter.ts';

/** A key for the conversation that an address belongs to: another one where the case of an id differs. */
export function conversationOf(channel: string, { chat, thread }: Address): string {
  return hash([channel, chat, thread ?? null]);
}

/** The session of a conversation for the message API; `epoch` counts its `/new`. */
export function channelSession(instance: string, conversation: string, epoch: number): string {
  return `c-${hash([instance, conversation, epoch])}`;
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
