import type { ChannelPlan } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Place, Written, WrittenChannel } from '../settings.ts';
import type { ChannelField, ChannelType, KnownRuntime } from '../types.ts';
import { type Context, listOf, report, twice } from './context.ts';
import { fieldValues } from './fields.ts';

/** Channels of the file, else those that the variables name or speak of. */
export function chooseChannels(context: Context, runtime: KnownRuntime | undefined): readonly ChannelPlan[] {
  if (context.settings.isBroken(['channels'])) return [];
  const written = context.settings.channels ?? fromVariables(context);
  if (context.settings.channels) compareNames(context, context.settings.channels);
  for (const type of channelTypes) noteUnused(context, type, written);
  const plans = written.map((channel) => planned(context, channel, runtime));
  for (const [index, channel] of written.entries()) {
    const again = written.findIndex((other) => other.type === channel.type) < index;
    if (again) refuse(context, channel, runtime, ' more than once', 'keep one of them');
  }
  return plans;
}

function fromVariables(context: Context): readonly WrittenChannel[] {
  const variable = context.input.variables.get('CHANNELS');
  if (!variable) {
    return channelTypes
      .filter((type) => type.fields.some((field) => isSet(context, field)))
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
  const unused = type.fields.filter((field) => isSet(context, field)).map((field) => field.variable);
  if (channels.some((channel) => channel.type === type)) return;
  if (unused.length > 0) {
    context.notices.push(`${unused.join(', ')}: not used, no channel ${type.type} is configured`);
  }
  const prefix = `${type.type.toUpperCase()}_`;
  const usual = type.fields.map((field) => field.variable);
  for (const name of context.input.variables.names) {
    const hint =
      name.startsWith(prefix) && !usual.includes(name.replace(/_FILE$/, '')) ? near(name, usual) : '';
    if (hint) context.notices.push(`${shown(name)}: not used${hint}`);
  }
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
  const mode = isNative(context, channel, runtime) ? (open ? 'unclaimed' : 'native') : 'relayed';
  return { name, type: type.type, mode, fields, secrets, allowFrom };
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

/** Whether the runtime in this image speaks the type by itself; a relay for the others comes later. */
function isNative(context: Context, channel: WrittenChannel, runtime: KnownRuntime | undefined): boolean {
  if (!runtime) return true;
  const { descriptor } = runtime;
  const native = descriptor.nativeChannels.find(({ type }) => type === channel.type.type);
  const plugins = context.input.image.plugins[descriptor.name] ?? [];
  if (native && (native.plugin === undefined || plugins.includes(native.plugin))) return true;
  const reason = native?.plugin === undefined ? '' : ` without its plugin ${native.plugin}`;
  const fix =
    native?.plugin === undefined
      ? 'remove the channel, or choose another runtime'
      : `build an image with it: npm run image -- --plugins ${native.plugin}`;
  refuse(context, channel, runtime, reason, fix);
  return false;
}

function refuse(
  context: Context,
  { name, type, at }: WrittenChannel,
  runtime: KnownRuntime | undefined,
  reason: string,
  fix: string,
): void {
  const speaker = runtime?.descriptor.title ?? 'the runtime';
  report(
    context,
    'channel-not-native',
    { channel: name, runtime: speaker, type: type.type, reason, fix },
    at,
  );
}

function isSet(context: Context, field: ChannelField): boolean {
  const { variables } = context.input;
  return field.secret
    ? variables.refer(field.variable).kind !== 'unset'
    : variables.get(field.variable) !== undefined;
}

function firstPlace(context: Context, type: ChannelType): Place {
  const name = type.fields.find((field) => isSet(context, field))?.variable ?? '';
  return { where: context.input.variables.get(name)?.origin ?? { kind: 'variable', name } };
}
