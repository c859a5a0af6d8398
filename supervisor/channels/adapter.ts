/**
 * The contract between the relay and a channel type. `supervisor/channels/<type>/adapter.ts` exports
 * `adapter: ChannelAdapter`; it is loaded when a channel of its type is relayed or waits for its owner.
 *
 * An adapter speaks the platform and nothing else: who may talk, what is a command, the order of messages, files on disk,
 * retries and how long a reply is waited for are the relay's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelReason, GroupPolicy } from '../../runtimes/contract.ts';
import type { Log } from '../relay/log.ts';

export interface ChannelAdapter {
  /**
   * Cuts a reply in Markdown into messages as the platform shows them, each within its limit. Pure. At least one for a
   * text that is not blank.
   */
  readonly format: (markdown: string) => readonly TextPart[];
  /** Milliseconds after which the platform stops showing that somebody writes; undefined: it cannot show it. */
  readonly typingLasts?: number;
  /** Bytes of the largest file that may be sent and fetched. */
  readonly fileLimit: number;
  /**
   * Connects, and stays connected until it is closed: it tries again by itself whatever the platform does. Returns at
   * once; how it goes is told by `host.state`. Never throws.
   */
  readonly open: (account: Account, host: AdapterHost) => Channel;
}

export interface Account {
  /** Of the channel in clawden.yaml. */
  readonly name: string;
  readonly fields: { readonly [field: string]: string };
  readonly secrets: { readonly [field: string]: string };
  /** Which messages of groups are wanted at all; some platforms give only what was asked for at the login. */
  readonly groups: GroupPolicy;
}

export interface AdapterHost {
  /**
   * Hands over one message that a person wrote; messages of bots, edits and reactions are not handed over. Whatever it
   * returns but `refused`, the message may be acknowledged to the platform, which then forgets it. `refused`: it could
   * not be written down; do not acknowledge it and hand it over again after some seconds, if the platform can.
   */
  readonly receive: (message: Incoming) => Receipt;
  /**
   * Whether the relay has a use for such a message, whatever its names are: to be asked before the platform is asked for
   * more about it, so that strangers cost no questions. What it has none for is handed over all the same.
   */
  readonly wants: (message: Incoming) => boolean;
  readonly state: (state: ConnectionState) => void;
  /** Never the text of a message, never a secret. */
  readonly log: Log;
  /** A few kilobytes for the next process of the same channel: how far the platform's events were taken. */
  readonly note: Note;
}

/** Neither throws: what cannot be written down is lost, and said by the relay. */
export interface Note {
  /** Undefined: there is none. */
  readonly read: () => string | undefined;
  /** It is written down when this returns; a crash between leaves the note before it. */
  readonly write: (text: string) => void;
}

/**
 * What became of a message. All but `kept`, `waiting` and `refused` are left without an answer: `waiting` was kept before and
 * its answer is still to come, `repeated` was kept and answered before, the sender of `stranger` may not talk on the channel, of `crowded` too many messages wait already, and `ignored` is whatever else
 * the relay has no use for.
 */
export type Receipt = 'kept' | 'waiting' | 'repeated' | 'stranger' | 'crowded' | 'ignored' | 'refused';

export interface Incoming {
  /** The platform's, the same at every delivery of the message, unique within the account. */
  readonly id: string;
  readonly to: Address;
  readonly sender: Sender;
  /** A chat of the sender and the bot alone. */
  readonly direct: boolean;
  /** In a group: the bot is named in it, or it answers a message of the bot. */
  readonly mentioned: boolean;
  /** Without the mention of the bot, and `/new@my_bot` as `/new`. */
  readonly text: string;
  readonly files: readonly IncomingFile[];
}

/** Where a reply goes. Strings are the platform's and mean nothing to the relay; case is significant. */
export interface Address {
  readonly chat: string;
  /** A topic or thread that is a conversation of its own. */
  readonly thread?: string;
  /**
   * The message that is answered: set for the first part of an answer, for a channel with `answered` for all of them, and
   * never for what the relay says beside an answer.
   */
  readonly message?: string;
}

export interface Sender {
  /** Immutable at the platform: what `allow_from` lists. */
  readonly id: string;
  /** For people; anybody can choose it. */
  readonly name: string;
}

export interface IncomingFile {
  /** For `fetchFile`; kept on disk until the message was answered. No secret in it. */
  readonly ref: string;
  readonly name: string;
  readonly mediaType?: string;
  /** Bytes, where the platform tells. */
  readonly size?: number;
}

export interface TextPart {
  readonly kind: 'text';
  /** In the platform's own markup. */
  readonly text: string;
  /** The same without markup, for a platform that refuses the other. */
  readonly plain: string;
}

export interface FilePart {
  readonly kind: 'file';
  readonly name: string;
  readonly mediaType: string;
  readonly data: Buffer;
}

export type OutgoingPart = TextPart | FilePart;

export interface Channel {
  /**
   * Sends one message. `key` is the same at every try of the same part, for platforms that drop repetitions. Throws
   * `SendFailed`.
   */
  readonly send: (to: Address, part: OutgoingPart, key: string, signal: AbortSignal) => Promise<void>;
  /**
   * The message `to.message` will get no more parts: all were sent, or it gets none. Only types whose platform waits for
   * the whole of an answer. Called for each message that was kept, also for one kept by an earlier process.
   */
  readonly answered?: (to: Address) => void;
  /** Shows that an answer is being written. May throw; nobody minds. */
  readonly typing: (to: Address, signal: AbortSignal) => Promise<void>;
  /** Throws when there is no such file any more, or it is larger than `limit` bytes. */
  readonly fetchFile: (file: IncomingFile, limit: number, signal: AbortSignal) => Promise<Buffer>;
  /**
   * Takes no more messages; what `receive` has kept is acknowledged before it resolves where the platform can be
   * reached, within two seconds. From then on no poll and no socket of ours is open. `send` still works.
   */
  readonly release: () => Promise<void>;
  /** Answers a request to `/hooks/<channel>`, body unread, at most 1 MiB of it. Only types that are called by HTTP. */
  readonly hook?: (request: IncomingMessage, response: ServerResponse) => void;
}

export type ConnectionState =
  | { readonly kind: 'connecting' }
  /** `account` as people know it: `@my_bot`. */
  | { readonly kind: 'up'; readonly account?: string }
  /** It goes on trying. `detail`: one sentence for the log, without a secret. */
  | { readonly kind: 'down'; readonly reason: ChannelReason; readonly detail?: string };

export interface SendFailure {
  /**
   * `later`: try again, after `retryAfter` milliseconds where the platform says so; `refused`: this message will never
   * be taken; `gone`: the chat takes none any more (blocked, deleted, left).
   */
  readonly outcome: 'later' | 'refused' | 'gone';
  /** It may have arrived: no answer came. */
  readonly uncertain: boolean;
  readonly retryAfter?: number;
}

export class SendFailed extends Error {
  readonly failure: SendFailure;
  constructor(message: string, failure: SendFailure) {
    super(message);
    this.name = 'SendFailed';
    this.failure = failure;
  }
}
