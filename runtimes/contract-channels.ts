/** The part of the contract about channels. */
import type { Millis } from './contract.ts';
import type { GroupPolicy } from './contract-render.ts';

export interface NativeChannel {
  readonly type: string;
  /** A name from the image's manifest that must be there; absent: compiled in. */
  readonly plugin?: string;
  /** Fields of the type that the runtime has nothing for: a channel with one of them is relayed. */
  readonly without?: readonly string[];
  /** Group policies that it cannot keep: a channel with one of them is relayed. */
  readonly withoutGroups?: readonly GroupPolicy[];
  /** It serves several accounts of the type at once; absent: the second one is relayed. */
  readonly many?: true;
  /** Fields that have one value for all its accounts of the type: one with another value is relayed. */
  readonly shared?: readonly string[];
  /** It tells strangers that they may not talk, and cannot be told to be silent. They get no turn. */
  readonly answersStrangers?: true;
}

/** Channels in the runtime's own words: all that fit what is there. */
export interface NativeName {
  readonly type?: string;
  /** The runtime's name of the account (`Rendered.channelNames`). */
  readonly account?: string;
}

export interface ChannelSign {
  /** Absent: the account alone tells. */
  readonly type?: string;
  /** A group named `account` holds the runtime's name of the account; without one the line is about all of the type. */
  readonly pattern: RegExp;
  /** `null`: the trouble is over, or is being tried again. */
  readonly reason: ChannelReason | null;
  /** How long it counts without being said again, for runtimes that repeat it and never take it back. */
  readonly lasts?: Millis;
}

export type ChannelReason =
  | 'token-rejected'
  /** It was good once. */
  | 'token-revoked'
  | 'missing-scope'
  /** The platform lets the account log in no more for now. */
  | 'session-limit'
  | 'poller-conflict'
  | 'unreachable'
  | 'unclaimed'
  | 'down'
  | 'token-missing'
  /** Its messages pass through the relay, which is being started again. */
  | 'relay-down'
  /** Messages wait for the runtime, and more are not taken. */
  | 'queue-full'
  /** Messages cannot be written down, so none is taken. */
  | 'disk-full';
