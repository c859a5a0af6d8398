import { createHash } from 'node:crypto';
import type { Address, Channel, ChannelAdapter } from '../../channels/adapter.ts';
import type { ChannelAccess, RelayChannel } from '../protocol.ts';
import { type Allowed, allowedBy } from './access.ts';
import type { Format } from './format.ts';
import { createLine, type Line } from './line.ts';
import type { Part } from './records.ts';
import type { Strangers } from './strangers.ts';
import type { TrafficReport } from './traffic.ts';

/** One channel as the relay keeps it. */
export interface Post {
  readonly config: RelayChannel;
  /** Tells accounts apart that have the same name one after the other. */
  readonly account: string;
  access: ChannelAccess;
  allowed: Allowed;
  /** There from its first connection on; what is still to be sent goes by the last one. */
  opened: Opened | undefined;
  readonly line: Line;
  readonly traffic: TrafficReport;
  readonly strangers: Strangers;
}

export interface Opened {
  readonly channel: Channel;
  readonly adapter: ChannelAdapter;
  readonly format: Format;
}

export function createPost(config: RelayChannel, traffic: TrafficReport, strangers: Strangers): Post {
  const secrets = Object.entries(config.secrets).sort(([a], [b]) => (a < b ? -1 : 1));
  const account = createHash('sha256').update(JSON.stringify([config.name, config.type, secrets]));
  return {
    config,
    account: account.digest('hex').slice(0, 16),
    access: config.access,
    allowed: allowedBy(config.access),
    opened: undefined,
    line: createLine(),
    traffic,
    strangers,
  };
}

/** Tells a platform that waits for the whole of an answer. */
export function tellAnswered({ opened }: Post, to: Address): void {
  try {
    opened?.channel.answered?.(to);
  } catch {
    // Whoever waited has gone.
  }
}

/** Where something is said beside an answer: it answers nothing itself. */
export function beside({ message: _, ...place }: Address): Address {
  return place;
}

/** A sentence of the relay as the platform shows it. */
export function sentence({ opened }: Post, to: Address, text: string): Part {
  const part = opened?.format(text)[0] ?? { text, plain: text };
  return { kind: 'text', to, text: part.text, plain: part.plain };
}
