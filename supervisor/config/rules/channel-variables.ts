import { channelTypes } from '../../channels/fields.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Place, WrittenChannel } from '../settings.ts';
import type { ChannelField, ChannelType, Variables } from '../types.ts';
import { type Context, listOf, report, twice } from './context.ts';

/** Channels that CHANNELS names, else those whose own variables are set. */
export function fromVariables(context: Context): readonly WrittenChannel[] {
  const variable = context.input.variables.get('CHANNELS');
  if (!variable) {
    return channelTypes
      .filter(({ fields }) => fields.some((field) => declares(field) && isSet(context.glance, field)))
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

/** CHANNELS beside a file must say the same. */
export function compareNames(context: Context, channels: readonly WrittenChannel[]): void {
  const variable = context.input.variables.get('CHANNELS');
  if (!variable) return;
  const inFile = channels.map(({ name }) => name).sort();
  const inVariable = [...new Set(listOf(variable.value))].sort();
  if (inFile.join() !== inVariable.join()) {
    twice(context, 'channels', context.settings.keyPlace(['channels']), variable.origin);
  }
}

/** Variables of a type belong to the channel that bears the type's name; without one they do nothing. */
export function noteUnused(context: Context, type: ChannelType, channels: readonly WrittenChannel[]): void {
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

/** An address alone makes no channel: it may have been set for another program. */
function declares({ kind }: ChannelField): boolean {
  return kind !== 'url' && kind !== 'endpoint';
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
