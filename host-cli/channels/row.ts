import type { ChannelReason } from '../../runtimes/contract.ts';
import type { DeclaredChannel } from '../../supervisor/config/project-channels.ts';
import { channelAdvice } from '../../supervisor/errors/advice.ts';
import type { Given } from '../given.ts';
import type { Channel } from '../ps/health-facts.ts';
import type { InstanceRow } from '../ps/row.ts';
import { spoken } from '../ps/words.ts';
import { faultOf } from './fault.ts';
import { nothingTold, type Told } from './told.ts';

type Facts = Omit<Told, 'name' | 'type' | 'account'>;

/** One channel as `clawden channels --json` gives it; docs/channels.md says what each field means. Null is "not known". */
export interface ChannelRow extends Facts {
  readonly instance: string;
  readonly runtime: string | null;
  readonly channel: string;
  readonly type: string | null;
  readonly account: string | null;
  /** How it is served, or that it is not. */
  readonly badge: 'native' | 'proxied' | 'unclaimed' | 'down' | 'unknown';
  readonly mode: string | null;
  /** `up`, `connecting`, `down`, `unclaimed`, `not-running` or `unknown`. */
  readonly state: string;
  /** A code: of the channel itself, of what is wrong in the file, or of what kept us from asking. */
  readonly reason: string | null;
  /** What to do; `{clawden}` is not filled in yet. */
  readonly advice: string | null;
  /** Who says so: the container itself, its last health check, the engine, or clawden.yaml alone. */
  readonly source: InstanceRow['source'];
}

/** What the instances that were asked tell of their channels, by instance. */
export type ToldByInstance = ReadonlyMap<string, readonly Told[]>;

/** Channels of the instances that run, then those that are only declared; by instance, each once. */
export function channelRows(
  instances: readonly InstanceRow[],
  declared: readonly DeclaredChannel[],
  given: Given,
  told: ToldByInstance = new Map(),
): readonly ChannelRow[] {
  const running = new Map(instances.map((row) => [row.name, row]));
  const rows = instances.flatMap((row) => {
    const own = declared.filter(({ instance }) => instance === row.name);
    if (row.channels === null) return own.map((channel) => unknownRow(row, channel, given));
    const names = new Set(row.channels.map(({ name }) => name));
    const later = own.filter(({ plan }) => !names.has(plan.name));
    const factsOf = (name: string): Told | undefined =>
      told.get(row.name)?.find((each) => each.name === name);
    return [
      ...row.channels.map((channel) => toldRow(row, channel, factsOf(channel.name))),
      ...later.map((channel) => ({
        ...declaredRow(row.name, channel, given),
        reason: 'not-applied',
        advice: `the running instance does not have it yet: {clawden} up ${row.name}`,
      })),
    ];
  });
  const others = declared.flatMap((channel) =>
    channel.instance === undefined || running.has(channel.instance)
      ? []
      : [declaredRow(channel.instance, channel, given)],
  );
  return [...rows, ...others].sort((a, b) => order(a.instance, b.instance) || order(a.channel, b.channel));
}

function toldRow(
  row: InstanceRow,
  { name, type, account, mode, state, reason }: Channel,
  told: Told | undefined,
): ChannelRow {
  const closed = state === 'down' || state === 'unclaimed' ? state : undefined;
  return {
    ...factsIn(told),
    instance: row.name,
    runtime: row.runtime,
    channel: name,
    type,
    account: account ?? told?.account ?? null,
    badge: closed ?? badgeOf(mode),
    mode,
    state,
    reason,
    advice: reason === null ? null : adviceOn(reason, row.name),
    source: row.source,
  };
}

/** Its container runs, but said nothing of it. */
function unknownRow(row: InstanceRow, channel: DeclaredChannel, given: Given): ChannelRow {
  const [reason = row.state] = row.reasons;
  const { mode } = channel.plan;
  return {
    ...declaredRow(row.name, channel, given),
    badge: badgeOf(mode),
    state: 'unknown',
    reason,
    advice: `${row.reason ?? spoken(reason)}: {clawden} ps`,
    source: row.source,
  };
}

function declaredRow(instance: string, channel: DeclaredChannel, given: Given): ChannelRow {
  const { runtime, plan } = channel;
  const fault = faultOf(channel, given);
  // Somebody may have claimed it while its instance ran.
  const open = plan.mode === 'unclaimed' ? 'no allow_from: whose it is, it tells when it runs' : null;
  return {
    ...factsIn(undefined),
    serves: plan.serves,
    fromFile: plan.allowFrom,
    instance,
    runtime: runtime ?? null,
    channel: plan.name,
    type: plan.type,
    account: null,
    badge: badgeOf(plan.mode),
    mode: plan.mode,
    state: 'not-running',
    reason: fault?.code ?? null,
    advice: fault ? `${fault.message}: ${fault.fix}` : open,
    source: 'file',
  };
}

function factsIn({ name: _, type: __, account: ___, ...facts }: Told = nothingTold): Facts {
  return facts;
}

function badgeOf(mode: string | null): ChannelRow['badge'] {
  switch (mode) {
    case 'native':
    case 'unclaimed':
      return mode;
    case 'relayed':
      return 'proxied';
    default:
      return 'unknown';
  }
}

/** A newer image may know reasons that this command does not. */
function adviceOn(reason: string, instance: string): string {
  if (Object.hasOwn(channelAdvice, reason)) return channelAdvice[reason as ChannelReason];
  return `{clawden} logs ${instance}`;
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
