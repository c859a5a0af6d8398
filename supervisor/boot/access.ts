import type { ChannelPlan } from '../../runtimes/contract.ts';
import { createHolders } from '../claims/holders.ts';
import { claimedBy, withPeople } from '../claims/people.ts';
import type { ChannelRecord } from '../claims/record.ts';
import { openStore } from '../claims/store.ts';
import type { FromRelay, RelayChannel } from '../relay/protocol.ts';
import { type CodeView, createClaimCodes } from './claim-codes.ts';
import { type Container, must } from './container.ts';
import { isSender } from './senders.ts';

/** Who may talk on each channel, and who has its account: the relay or the runtime. */
export interface Access {
  /** The channels of the plan as they are now. */
  readonly channels: () => readonly ChannelPlan[];
  /** The same for a runtime that starts now: without those that the relay has not let go of. */
  readonly forRuntime: () => readonly ChannelPlan[];
  /** The next process of the runtime has these; no other runs. */
  readonly rendered: (channels: readonly ChannelPlan[]) => void;
  /** Whether the last render still holds. */
  readonly isRendered: () => boolean;
  /** Whether the runtime that runs, or starts now, has the channel. */
  readonly isInRuntime: (channel: string) => boolean;
  /** For a relay that starts now; what an earlier one held, nobody holds any more. */
  readonly relayStarts: () => readonly RelayChannel[];
  /** From here on there are codes to claim with. */
  readonly open: () => void;
  readonly heard: (message: Extract<FromRelay, { kind: 'claim-tried' | 'released' | 'channel' }>) => void;
  readonly record: (channel: string) => ChannelRecord;
  readonly code: (channel: string) => CodeView | undefined;
  /** Writes down who may talk, then sees to it. Throws when the disk refuses. */
  readonly change: (channel: string, record: ChannelRecord) => void;
  /** Forgets everybody but those of the file, and the code. Throws when the disk refuses. */
  readonly reset: (channel: string) => void;
  /** Over whatever an agent has made of the file. */
  readonly writeAgain: () => void;
}

/** An adapter has two seconds to let go. */
const releaseDeadline = 10_000;
/** Changes that come so close together are one restart. */
const moment = 250;

export function createAccess(container: Container): Access {
  const { clock, log, counters, places } = container;
  const plan = must(container.plan, 'plan');
  const store = openStore(plan.channels, {
    path: `${places.state}/.clawden/channels.json`,
    root: places.state,
    warn: (message, fields) => log.warn(message, fields),
  });
  const holders = createHolders();
  const codes = createClaimCodes(container);
  const told = new Map<string, string>();
  let relayStarted = false;
  let opened = false;
  let restartDue = false;

  const channels = (): readonly ChannelPlan[] =>
    plan.channels.map((channel) => withPeople(channel, store.of(channel.name)));
  const planOf = (name: string): ChannelPlan | undefined => channels().find((one) => one.name === name);

  function settle(claimed?: { readonly name: string; readonly by: string }): void {
    if (opened) codes.keep(channels().filter(({ mode }) => mode === 'unclaimed'));
    if (relayStarted) for (const channel of channels()) tell(channel, claimed);
    if (!isRendered()) void restartSoon();
  }

  function tell(channel: ChannelPlan, claimed?: { readonly name: string; readonly by: string }): void {
    const { name, allowFrom } = channel;
    const role = holders.role(channel);
    const news = words(channel);
    if (told.get(name) === news) return;
    told.set(name, news);
    const access = { role, allowFrom };
    const by = claimed?.name === name ? { claimedBy: claimed.by } : {};
    container.relay?.tell({ kind: 'access', channel: name, access, ...by });
    if (holders.told(name, role)) void awaitRelease(name);
  }

  /** Who may talk is nothing to a relay that only watches. */
  function words(channel: ChannelPlan): string {
    const role = holders.role(channel);
    return role === 'watch' ? role : `${role} ${channel.allowFrom.join()}`;
  }

  async function awaitRelease(name: string): Promise<void> {
    const pid = container.relay?.pid();
    await clock.sleep(releaseDeadline);
    if (!holders.isReleasing(name) || container.relay?.pid() !== pid) return;
    log.warn('the relay does not let go of a channel, starting it anew', { channel: name });
    container.relay?.restart();
  }

  async function restartSoon(): Promise<void> {
    if (restartDue) return;
    restartDue = true;
    await clock.sleep(moment);
    restartDue = false;
    const { supervised } = container;
    const state = supervised?.view().state;
    // Anything else that starts, or ends, does so with what holds then.
    if (isRendered() || container.phase !== 'up' || (state !== 'running' && state !== 'starting')) return;
    counters.add('clawden_access_restarts_total');
    const { stop } = must(container.runtime, 'runtime').descriptor;
    supervised?.restart('access-changed', plan.stopBudget ?? stop.budget);
  }

  const isRendered = (): boolean => channels().every((channel) => holders.isCurrent(channel));

  function tried({ channel: name, sender, code }: Extract<FromRelay, { kind: 'claim-tried' }>): void {
    const channel = planOf(name);
    if (channel?.mode !== 'unclaimed' || !isSender(channel, sender.id)) return;
    const verdict = codes.tried(name, sender.id, code);
    if (verdict === 'wrong' || verdict === 'locks') counters.add('clawden_claim_tries_total', 'wrong');
    if (verdict === 'locks') counters.add('clawden_claim_locks_total');
    if (verdict !== 'right') return;
    try {
      store.set(name, claimedBy(store.of(name), sender, new Date().toISOString()));
    } catch (error) {
      log.error('the owner of a channel cannot be written down, so it has none', {
        channel: name,
        error: error instanceof Error ? error.message : String(error),
        fix: `make room in ${places.state}; the code stays good`,
      });
      return;
    }
    counters.add('clawden_claim_tries_total', 'right');
    log.info('a channel has an owner', { channel: name, owner: sender.id });
    settle({ name, by: sender.id });
  }

  return {
    channels,
    forRuntime: () => channels().map(holders.forRuntime),
    rendered: (list) => {
      holders.rendered(list);
      settle();
    },
    isRendered,
    isInRuntime: holders.isInRuntime,
    relayStarts: () => {
      relayStarted = true;
      holders.relayGone();
      const list = channels().map((channel): RelayChannel => {
        const { name, type, fields, secrets, groups, allowFrom } = channel;
        const role = holders.role(channel);
        told.set(name, words(channel));
        holders.told(name, role);
        return { name, type, fields, secrets, groups, access: { role, allowFrom } };
      });
      settle();
      return list;
    },
    open: () => {
      opened = true;
      settle();
    },
    heard: (message) => {
      switch (message.kind) {
        case 'claim-tried':
          return tried(message);
        case 'released':
          holders.released(message.channel);
          return settle();
        case 'channel':
          return codes.known(message.name);
        default: {
          const never: never = message;
          return never;
        }
      }
    },
    record: store.of,
    code: codes.view,
    change: (name, record) => {
      store.set(name, record);
      settle();
    },
    reset: (name) => {
      store.set(name, { allowed: [] });
      if (opened) codes.keep(channels().filter((one) => one.mode === 'unclaimed' && one.name !== name));
      settle();
    },
    writeAgain: store.write,
  };
}
