import type { GroupPolicy } from '../../../runtimes/contract.ts';
import { near, shown } from '../../errors/wording.ts';
import type { Written, WrittenChannel } from '../settings.ts';
import type { ChannelField } from '../types.ts';
import { type Context, listOf, report, twice } from './context.ts';
import { urlFault } from './endpoint.ts';

/**
 * Checked values of one field, from the file or, for the channel named like its type, from the usual variable.
 * Undefined where there are none; a problem is written down where there should be.
 */
export function fieldValues(
  context: Context,
  channel: WrittenChannel,
  field: ChannelField,
): readonly Written<string>[] | undefined {
  const path = ['channels', channel.name, field.name];
  if (context.settings.isBroken(path)) return undefined;
  const label = path.join('.');
  const inherited = field.kind === 'senders' ? context.settings.allowFrom : undefined;
  const written = spread(field, channel.fields.get(field.name) ?? inherited);
  const usual =
    channel.name === channel.type.type ? context.input.variables.refer(field.variable) : undefined;
  if (usual?.kind === 'problem' && !written) return undefined;
  const variable =
    usual?.kind === 'value'
      ? spread(field, [{ value: usual.variable.value, at: { where: usual.variable.origin } }])
      : undefined;
  const values = written ?? variable;
  if (written && variable && usual?.kind === 'value' && texts(written) !== texts(variable)) {
    twice(context, label, written[0]?.at ?? channel.at, usual.variable.origin);
  }
  if (!values || values.length === 0) {
    return field.required ? missing(context, channel, field, label) : undefined;
  }
  const wrong = values.filter(({ value }) => !isRight(field, value));
  for (const { value, at } of wrong) {
    const fromVariable = at.where.kind !== 'file';
    const named = {
      path: fromVariable ? field.variable : label,
      detail: detailOf(field, value),
      expected: field.expected,
    };
    report(context, 'wrong-value', named, at);
  }
  return wrong.length > 0 ? undefined : values;
}

/** Lists may come as one text with commas: `allow_from: $TELEGRAM_ALLOW_FROM`. */
function spread(
  field: ChannelField,
  values: readonly Written<string>[] | undefined,
): readonly Written<string>[] | undefined {
  if (field.kind !== 'senders') return values;
  return values?.flatMap((written) => listOf(written.value).map((value) => ({ ...written, value })));
}

function missing(context: Context, channel: WrittenChannel, field: ChannelField, label: string): undefined {
  const inFile = channel.at.where.kind === 'file';
  const example = inFile ? `${field.name}: ${field.example}` : `docker run -e ${field.variable} IMAGE`;
  report(context, 'missing-key', { path: inFile ? label : field.variable, example }, channel.at);
}

const policies: readonly string[] = ['off', 'mention', 'all'] satisfies readonly GroupPolicy[];

function isRight(field: ChannelField, value: string): boolean {
  switch (field.kind) {
    case 'senders':
      return value === '*' || (field.pattern?.test(value) ?? true);
    case 'groups':
      return policies.includes(value);
    case 'url':
    case 'endpoint':
      return urlFault(value) === undefined;
    case 'text':
      return field.pattern?.test(value) ?? true;
    default: {
      const never: never = field.kind;
      return never;
    }
  }
}

function detailOf(field: ChannelField, value: string): string {
  if (field.secret) return 'does not look like one';
  if (field.kind === 'url' || field.kind === 'endpoint') return urlFault(value) ?? 'is no address';
  if (field.kind === 'groups') return `is "${shown(value)}"${near(value, policies)}`;
  return `"${shown(value)}" is none`;
}

function texts(values: readonly Written<string>[]): string {
  return JSON.stringify(values.map(({ value }) => value).sort());
}
