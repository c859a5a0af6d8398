import type { ChannelPlan } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import type { Problem } from '../../errors/problem.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Place, Written, WrittenChannel } from '../settings.ts';
import type { ChannelField, ChannelType, KnownRuntime, Variables } from '../types.ts';
import { chooseMode, refuse } from './channel-mode.ts';
import { type Context, listOf, report, twice } from './context.ts';
import { fieldValues } from './fields.ts';

/** Channels of the file, else those that the variables name or speak of. */
export function chooseChannels(context: Context, runtime: KnownRuntime | undefined): readonly ChannelPlan[] {
  if (context.settings.isBroken(['channels'])) return [];
  const written = context.settings.channels ?? fromVariables(context);
  if (context.settings.channels) compareNames(context, context.settings.channels);
  for (const type of channelTypes) noteUnused(context, type, written);
  checkInherited(context, written);
  const plans = written.map((channel) => planned(context, channel, runtime));
  for (const [index, channel] of written.entries()) {
    const again = written.findIndex((other) => other.type === channel.type) < index;
    if (again) refuse(context, channel, runtime, ' more than once', 'keep one of them');
  }
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
  return (context.settings.channels ?? fromVariables(context)).map((written) => {
    const own: Context = { ...context, problems: [], channelReasons: {} };
    const plan = planned(own, written, runtime);
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

function fromVariables(context: Context): readonly WrittenChannel[] {
  const variable = context.input.variables.get('CHANNELS');
  if (!variable) {
    return channelTypes
      .filter((type) => type.fields.some((field) => isSet(context.glance, field)))
      .map((type) => ({ name: type.type, type, at: firstPlace(context, type), fields: new Map() }));
  }
  const at = { where: variable.origin };
  return [...new Set(listOf(variable.value))].flatMap((name): readonly WrittenChannel[] => {
    const type = channelTypes.find((candidate) => candidate.type === name);
    if (type) return [{ name, type, at, fields: new Map() }];
    const known = channelTypes.map((candidate) => candidate.type);
    const names = { name: shown(name), near: near(name, known), known: known.join(', ') };
    report(context, 'unknown-channel', names, at);
    return [];
  });
}

function compareNames(context: Context, channels: readonly WrittenChannel[]): void {
  const variable = context.input.variables.get('CHANNELS');
  if (!variable) return;
  const inFile = channels.map(({ name }) => name).sort();
  const inVariable = [...new Set(listOf(variable.value))].sort();
  if (inFile.join() !== inVariable.join()) {
    twice(context, 'channels', context.settings.keyPlace(['channels']), variable.origin);
  }
}

/** Variables of a type belong to the channel that bears the type's name; without one they do nothing. */
function noteUnused(context: Context, type: ChannelType, channels: readonly WrittenChannel[]): void {
  if (channels.some(({ name }) => name === type.type)) return;
  const unused = type.fields.filter((field) => isSet(context.glance, field)).map((field) => field.variable);
  if (channels.some((channel) => channel.type === type)) return;
  if (unused.length > 0) {
    context.notices.push(`${unused.join(', ')}: not used, no channel ${type.type} is configured`);
  }
  context.notices.push(...mistyped(context.glance, type));
}

const found = new WeakMap<Variables, Map<ChannelType, readonly string[]>>();

/** Looked for once for all instances of a file: each has the same variables. */
function mistyped(variables: Variables, type: ChannelType): readonly string[] {
  const known = found.get(variables) ?? new Map<ChannelType, readonly string[]>();
  found.set(variables, known);
  const before = known.get(type);
  if (before) return before;
  const prefix = `${type.type.toUpperCase()}_`;
  const usual = type.fields.map((field) => field.variable);
  const notices = variables.names.flatMap((name): readonly string[] => {
    if (!name.startsWith(prefix) || usual.includes(name.replace(/_FILE$/, ''))) return [];
    const hint = near(name, usual);
    return hint ? [`${shown(name)}: not used${hint}`] : [];
  });
  known.set(type, notices);
  return notices;
}

function planned(context: Context, channel: WrittenChannel, runtime: KnownRuntime | undefined): ChannelPlan {
  const { name, type } = channel;
  const fields: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  let allowFrom: readonly string[] = [];
  context.origins[`channels.${name}`] = channel.at.where;
  for (const field of type.fields) {
    const values = fieldValues(context, channel, field);
    const first = values?.[0];
    if (!first) continue;
    context.origins[`channels.${name}.${field.name}`] = first.at.where;
    if (field.kind === 'senders') allowFrom = senders(context, name, values);
    else if (field.secret) secrets[field.name] = first.value;
    else fields[field.name] = field.kind === 'url' ? first.value.replace(/\/+$/, '') : first.value;
    if (field.secret) context.secrets.add(first.value);
  }
  const open = type.fields.some((field) => field.kind === 'senders') && allowFrom.length === 0;
  if (open && !isBrokenSenders(context, channel)) noteUnclaimed(context, channel);
  const mode = chooseMode(context, channel, runtime, { open, fields: Object.keys(fields) });
  const serves = mode === 'relayed' ? 'relayed' : 'native';
  return { name, type: type.type, mode, serves, groups: 'mention', fields, secrets, allowFrom };
}

function senders(context: Context, name: string, values: readonly Written<string>[]): readonly string[] {
  const ids = [...new Set(values.map(({ value }) => value))];
  if (!ids.includes('*')) return ids;
  context.notices.push(
    `channel ${name}: allow_from is "*": EVERYONE may talk to the agent and have it run commands`,
  );
  return ['*'];
}

function noteUnclaimed(context: Context, { name, type }: WrittenChannel): void {
  const field = type.fields.find(({ kind }) => kind === 'senders');
  context.notices.push(
    `channel ${name} is held closed: nobody is allowed to talk to the agent; set allow_from: ${field?.example ?? '[ID]'} or ${field?.variable ?? ''}`,
  );
}

function isBrokenSenders(context: Context, { name, type }: WrittenChannel): boolean {
  const field = type.fields.find(({ kind }) => kind === 'senders');
  return field !== undefined && context.settings.isBroken(['channels', name, field.name]);
}

function isSet(variables: Variables, field: ChannelField): boolean {
  return field.secret
    ? variables.refer(field.variable).kind !== 'unset'
    : variables.get(field.variable) !== undefined;
}

function firstPlace(context: Context, type: ChannelType): Place {
  const name = type.fields.find((field) => isSet(context.glance, field))?.variable ?? '';
  return { where: context.input.variables.get(name)?.origin ?? { kind: 'variable', name } };
}
