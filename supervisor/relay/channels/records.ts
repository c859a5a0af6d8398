/** What the store keeps: a message until it is answered, a reply until the platform has it. */
import type { Address, IncomingFile, Sender } from '../../channels/adapter.ts';

/** A message that waits for its answer. */
export interface Message {
  readonly to: Address;
  readonly sender: Sender;
  /** Somebody waits for an answer: it came in a chat of two, or names the bot. */
  readonly wanted: boolean;
  /** Others read in this chat. */
  readonly group: boolean;
  /** Of the message API. Chosen at the arrival: `/new` counts for what comes later. */
  readonly session: string;
  readonly text: string;
  readonly files: readonly IncomingFile[];
}

/** One message to the platform. */
export type Part = TextRecord | FileRecord;

interface AnyRecord {
  readonly to: Address;
  /** Of the answer to this message. */
  readonly lastOf?: Address;
}

export interface TextRecord extends AnyRecord {
  readonly kind: 'text';
  readonly text: string;
  readonly plain: string;
}

/** A file on disk, read when it is sent. */
export interface FileRecord extends AnyRecord {
  readonly kind: 'file';
  readonly name: string;
  readonly mediaType: string;
  readonly path: string;
  /** Made for this reply alone: removed once it was sent. */
  readonly own: boolean;
}

/** As it lies in the store. `key` is its own for ever: what a platform is told at every try. */
export type StoredPart = Part & { readonly key: string };

/** Which conversation of which channel. */
export interface Place {
  readonly channel: string;
  /** Key of the conversation, from `conversationOf`. */
  readonly conversation: string;
}

/** A message in the store, without its text. */
export interface OpenMessage extends Place {
  /** Grows with every message, whatever the clock does. */
  readonly seq: number;
  /** How often the runtime was asked. */
  readonly tries: number;
  readonly bytes: number;
}

/** A part in the store, without its text. */
export interface OpenPart extends Place {
  readonly seq: number;
  /** The platform was asked and did not refuse: it may be there. */
  readonly uncertain: boolean;
}

/** What a channel did last, kept over restarts. */
export interface Times {
  readonly lastIn?: number;
  readonly lastOut?: number;
  readonly lastError?: { readonly at: number; readonly text: string };
}
