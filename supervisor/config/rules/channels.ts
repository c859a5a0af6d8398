import type { ChannelPlan, GroupPolicy } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import type { Problem } from '../../errors/problem.ts';
import type { Written, WrittenChannel } from '../settings.ts';
import type { KnownRuntime } from '../types.ts';
import { chooseMode, type Spoken } from './channel-mode.ts';
import { compareNames, fromVariables, noteUnused } from './channel-variables.ts';
import { type Context, report } from './context.ts';
import { fieldValues } from './fields.ts';

/** Channels of the file, else those that the variables name or speak of. */
export function chooseChannels(context: Context, runtime: KnownRuntime | undefined): readonly ChannelPlan[] {
  if (context.settings.isBroken(['channels'])) return [];
  const written = context.settings.channels ?? fromVariables(context);
  if (context.settings.channels) compareNames(context, context.settings.channels);
  for (const type of channelTypes) noteUnused(context, type, written);
  checkInherited(context, written);
  const spoken: Spoken = new Map();
  const plans = written.map((channel) => planned(context, channel, runtime, spoken));
  checkTokens(context, written, plans);
  return plans;
}

/** A channel by itself, whatever else is wrong. */
export interface ChannelApart {
  readonly written: WrittenChannel;
  readonly plan: ChannelPlan;
  /** Why it is served so: one sentence. */
  readonly why: string | undefined;
  readonly problems: readonly Problem[];
  /** All but the senders is there and right: its account can be asked for at the platform. */
  readonly hasCredentials: boolean;
}

/** The same channels, each with its own problems. */
export function channelsApart(context: Context, runtime: KnownRuntime | undefined): readonly ChannelApart[] {
  if (context.settings.isBroken(['channels'])) return [];
  const spoken: Spoken = new Map();
  return (context.settings.channels ?? fromVariables(context)).map((written) => {
    const own: Context = { ...context, problems: [], channelReasons: {} };
    const plan = planned(own, written, runtime, spoken);
    const why = own.channelReasons[written.name];
    return { written, plan, why, problems: own.problems, hasCredentials: hasCredentials(context, written) };
  });
}

function hasCredentials(context: Context, channel: WrittenChannel): boolean {
  const own: Context = { ...context, problems: [] };
  return channel.type.fields
    .filter(({ kind }) => kind !== 'senders')
    .every((field) => {
      if (context.settings.isBroken(['channels', channel.name, field.name])) return false;
      const values = fieldValues(own, channel, field);
      return own.problems.length === 0 && (values !== undefined || !field.required);
    });
}

/** Ids mean something on one platform only, so a list for all channels needs them to be of one type. */
function checkInherited(context: Context, channels: readonly WrittenChannel[]): void {
  const { allowFrom } = context.settings;
  const at = allowFrom?.[0]?.at;
  if (!at) return;
  context.origins['allow_from'] = at.where;
  const types = [...new Set(channels.map(({ type }) => type.type))];
  if (types.length === 0) context.notices.push('allow_from: there is no channel that it could be for');
  if (types.length < 2) return;
  const detail = `would be for channels of several types (${types.join(', ')}), whose ids differ`;
  report(context, 'wrong-value', { path: 'allow_from', detail, expected: 'allow_from in each channel' }, at);
}

/** Two readers of one account take messages from each other; of other instances the project as a whole knows. */
function checkTokens(
  context: Context,
  written: readonly WrittenChannel[],
  plans: readonly ChannelPlan[],
): void {
  const holders = new Map<string, string>();
  for (const [index, { name, type, secrets }] of plans.entries()) {
    for (const value of Object.values(secrets)) {
      const key = JSON.stringify([type, value]);
      const other = holders.get(key);
      holders.set(key, other ?? name);
      if (other === undefined || other === name) continue;
      report(context, 'token-twice', { channel: name, other }, written[index]?.at);
    }
  }
}

function planned(
  context: Context,
  channel: WrittenChannel,
  runtime: KnownRuntime | undefined,
  spoken: Spoken,
): ChannelPlan {
  const { name, type } = channel;
  const fields: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  let allowFrom: readonly string[] = [];
  // Whoever has no groups is not heard in any.
  let groups: GroupPolicy = type.fields.some(({ kind }) => kind === 'groups') ? 'mention' : 'off';
  context.origins[`channels.${name}`] = channel.at.where;
  for (const field of type.fields) {
    const values = fieldValues(context, channel, field);
    const first = values?.[0];
    if (!first) continue;
    context.origins[`channels.${name}.${field.name}`] = first.at.where;
    if (field.kind === 'senders') allowFrom = senders(context, name, values);
    else if (field.kind === 'groups') groups = first.value as GroupPolicy;
    else if (field.secret) secrets[field.name] = first.value;
    else fields[field.name] = field.kind === 'url' ? first.value.replace(/\/+$/, '') : first.value;
    if (field.secret) context.secrets.add(first.value);
  }
  if (groups === 'off') noteWithoutGroups(context, channel, fields);
  const open = type.claimable && allowFrom.length === 0;
  if (open && !isBrokenSenders(context, channel)) noteUnclaimed(context, name);
  const given = { open, fields, groups };
  const served = chooseMode(context, channel, runtime, given, spoken);
  return { name, type: type.type, ...served, groups, fields, secrets, allowFrom };
}

function senders(context: Context, name: string, values: readonly Written<string>[]): readonly string[] {
  const ids = [...new Set(values.map(({ value }) => value))];
  if (!ids.includes('*')) return ids;
  context.notices.push(
    `channel ${name}: allow_from is "*": EVERYONE may talk to the agent and have it run commands`,
  );
  return ['*'];
}

function noteWithoutGroups(
  context: Context,
  { name, type }: WrittenChannel,
  fields: Readonly<Record<string, string>>,
): void {
  for (const field of type.fields) {
    if (!field.ofGroups || fields[field.name] === undefined) continue;
    context.notices.push(`channel ${name}: ${field.name} does nothing with groups: off`);
  }
}

/** Whether somebody has claimed it by now, the plan does not know. */
function noteUnclaimed(context: Context, name: string): void {
  context.notices.push(
    `channel ${name} has no allow_from: until it has an owner, it waits for whoever first sends it the one-time code that the log and clawden channels show`,
  );
}

function isBrokenSenders(context: Context, { name, type }: WrittenChannel): boolean {
  const field = type.fields.find(({ kind }) => kind === 'senders');
  return field !== undefined && context.settings.isBroken(['channels', name, field.name]);
}
