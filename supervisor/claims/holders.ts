import type { ChannelPlan } from '../../runtimes/contract.ts';
import { closed } from './people.ts';

/** What the relay does with a channel; the words of supervisor/relay/protocol.ts. */
type Role = 'serve' | 'claim' | 'watch';

/**
 * Who has a channel's account: the relay, the runtime's process, or nobody. Never both, since two readers of one account
 * lose messages: the relay is told to take it only when the runtime's process with it is gone, and the runtime is given
 * it only when the relay has let go.
 */
export interface Holders {
  readonly role: (channel: ChannelPlan) => Role;
  /** The relay was told this role. True when it has to let go of the account: `released` follows. */
  readonly told: (channel: string, role: Role) => boolean;
  /** The relay let go once. */
  readonly released: (channel: string) => void;
  readonly isReleasing: (channel: string) => boolean;
  /** The relay's process is gone, and all that it held with it. */
  readonly relayGone: () => void;
  /** The channel as a runtime that starts now may have it. */
  readonly forRuntime: (channel: ChannelPlan) => ChannelPlan;
  /** No runtime runs, and the next one has these. */
  readonly rendered: (channels: readonly ChannelPlan[]) => void;
  /** Whether the last rendered runtime has the channel. */
  readonly isInRuntime: (channel: string) => boolean;
  /** Whether it has it as it may have it now. */
  readonly isCurrent: (channel: ChannelPlan) => boolean;
}

export function createHolders(): Holders {
  const relay = new Map<string, { readonly role: Role; readonly awaited: number }>();
  let runtime = new Map<string, readonly string[]>();

  const relayHolds = (name: string): boolean => {
    const held = relay.get(name);
    return held !== undefined && (held.role !== 'watch' || held.awaited > 0);
  };
  const forRuntime = (channel: ChannelPlan): ChannelPlan =>
    channel.serves === 'native' && relayHolds(channel.name) ? closed(channel) : channel;

  return {
    role: ({ name, mode, serves }) => {
      if (mode !== 'unclaimed') return serves === 'relayed' ? 'serve' : 'watch';
      return runtime.has(name) ? 'watch' : 'claim';
    },
    told: (name, role) => {
      const before = relay.get(name) ?? { role: 'watch', awaited: 0 };
      const lets = role === 'watch' && before.role !== 'watch';
      relay.set(name, { role, awaited: before.awaited + Number(lets) });
      return lets;
    },
    released: (name) => {
      const held = relay.get(name);
      if (held) relay.set(name, { ...held, awaited: Math.max(0, held.awaited - 1) });
    },
    isReleasing: (name) => (relay.get(name)?.awaited ?? 0) > 0,
    relayGone: () => relay.clear(),
    forRuntime,
    rendered: (channels) => {
      runtime = new Map(
        channels.filter(({ mode }) => mode === 'native').map(({ name, allowFrom }) => [name, allowFrom]),
      );
    },
    isInRuntime: (name) => runtime.has(name),
    isCurrent: (channel) => {
      const { mode, allowFrom } = forRuntime(channel);
      const has = runtime.get(channel.name);
      return mode === 'native' ? has?.join() === allowFrom.join() : has === undefined;
    },
  };
}
