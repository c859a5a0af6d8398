/**
 * What PID 1 and the relay say to each other: JSON lines over the relay's file descriptor 3, a socket pair that no
 * other process can open. Secrets travel here and nowhere else. Types only, so that neither side loads the other.
 */
import type { ChannelReason, Endpoint, GroupPolicy } from '../../runtimes/contract.ts';
import type { Dialect } from '../providers/table.ts';

export type ToRelay =
  | { readonly kind: 'start'; readonly setup: RelaySetup }
  /** The runtime serves at this endpoint, or (null) does not serve now. */
  | { readonly kind: 'runtime'; readonly endpoint: Endpoint | null }
  /** Take no new turns; say `drained` when none is in flight. */
  | { readonly kind: 'drain' }
  /** Who may talk on a channel has changed. `claimedBy`: by this sender, whose code was right; the relay tells them. */
  | {
      readonly kind: 'access';
      readonly channel: string;
      readonly access: ChannelAccess;
      readonly claimedBy?: string;
    };

export interface RelaySetup {
  readonly instance: string;
  /** Folder name under runtimes/, for its message API. */
  readonly runtime: string;
  /** Unix socket on which PID 1 forwards `/v1`. */
  readonly socket: string;
  /** Value of `x-clawden-internal` without which the socket answers nothing. */
  readonly internalKey: string;
  readonly door: { readonly port: number; readonly key: string; readonly dialect: Dialect };
  readonly upstream: Upstream;
  readonly scriptedEcho: boolean;
  /** For a program that runs once: no turns, no channels, and no word on stderr, where a person reads. */
  readonly doorOnly: boolean;
  /** Every channel of the plan. */
  readonly channels: readonly RelayChannel[];
  /** Folder of the relay's own state, inside the state volume; made when it is first needed. */
  readonly state: string;
  /** Folder that the agent works in; files that people send go below it. */
  readonly workspace: string;
}

export type Upstream =
  | { readonly kind: 'echo' }
  | { readonly kind: 'http'; readonly baseUrl: string; readonly apiKey?: string; readonly dialect: Dialect };

export interface ChannelCheck {
  readonly name: string;
  readonly type: string;
  readonly fields: { readonly [field: string]: string };
  readonly secrets: { readonly [field: string]: string };
}

export interface RelayChannel extends ChannelCheck {
  readonly groups: GroupPolicy;
  readonly access: ChannelAccess;
}

/** Who may talk on a channel, and what the relay does with it. */
export interface ChannelAccess {
  /**
   * `serve`: its messages go to the runtime's message API. `claim`: nobody may talk on it yet; it is polled for a code
   * alone. `watch`: the runtime speaks it; the relay asks the platform about the account and keeps away from its messages.
   */
  readonly role: 'serve' | 'claim' | 'watch';
  /** Ids, or `*`. Empty when nobody may talk on it; never with the role `serve`. */
  readonly allowFrom: readonly string[];
}

export type FromRelay =
  | { readonly kind: 'listening' }
  | {
      readonly kind: 'channel';
      readonly name: string;
      readonly reason: ChannelReason | null;
      readonly account?: string;
    }
  /**
   * Somebody brought a code to a channel with the role `claim`. PID 1 has the right one, compares and counts. Right: it
   * writes the owner down and answers with `access` and `claimedBy`. Wrong: no answer.
   */
  | {
      readonly kind: 'claim-tried';
      readonly channel: string;
      readonly sender: { readonly id: string; readonly name: string };
      readonly code: string;
    }
  /** No poll and no socket of the relay is open for this account any more; said after every change to `watch`. */
  | { readonly kind: 'released'; readonly channel: string }
  /** At most once a second and channel. Times in milliseconds of the wall clock. */
  | { readonly kind: 'traffic'; readonly channel: string; readonly traffic: Traffic }
  | { readonly kind: 'turns'; readonly inFlight: number }
  | { readonly kind: 'drained' };

/** Of one relayed channel since the relay's start; the times are kept over restarts. */
export interface Traffic {
  readonly lastIn?: number;
  readonly lastOut?: number;
  /** Since when it is connected without a break. */
  readonly connectedSince?: number;
  /** What last went wrong, one sentence without a secret or a text of a conversation. */
  readonly lastError?: { readonly at: number; readonly text: string };
  /** Messages that wait for an answer. */
  readonly waiting: number;
}
