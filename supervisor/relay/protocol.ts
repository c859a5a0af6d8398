/**
 * What PID 1 and the relay say to each other: JSON lines over the relay's file descriptor 3, a socket pair that no
 * other process can open. Secrets travel here and nowhere else. Types only, so that neither side loads the other.
 */
import type { ChannelReason, Endpoint } from '../../runtimes/contract.ts';
import type { Dialect } from '../providers/table.ts';

export type ToRelay =
  | { readonly kind: 'start'; readonly setup: RelaySetup }
  /** The runtime serves at this endpoint, or (null) does not serve now. */
  | { readonly kind: 'runtime'; readonly endpoint: Endpoint | null }
  /** Take no new turns; say `drained` when none is in flight. */
  | { readonly kind: 'drain' };

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
  /** Accounts whose identity is asked at the platform, once per start. */
  readonly checks: readonly ChannelCheck[];
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

export type FromRelay =
  | { readonly kind: 'listening' }
  | {
      readonly kind: 'channel';
      readonly name: string;
      readonly reason: ChannelReason | null;
      readonly account?: string;
    }
  | { readonly kind: 'turns'; readonly inFlight: number }
  | { readonly kind: 'drained' };
