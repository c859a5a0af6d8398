import * as z from 'zod/mini';
import type { Json } from '../../../runtimes/contract.ts';
import { shown } from '../../errors/wording.ts';
import type { Path } from '../path.ts';
import type { ChannelField, ChannelType } from '../types.ts';

/** One thing about the shape that is wrong. */
export type ShapeFault =
  | { readonly kind: 'unknown-key'; readonly path: Path; readonly key: string }
  | { readonly kind: 'wrong-value'; readonly path: Path; readonly detail: string; readonly expected: string };

export const topKeys = ['runtime', 'provider', 'model', 'tools', 'config', 'expose', 'channels'] as const;
export type TopKey = (typeof topKeys)[number];

/** Messages of the schema are what was expected; what was found is said by `checkShape`. */
const text = (expected: string) => z.string(expected).check(z.minLength(1, expected));
const map = (expected: string) => z.record(z.string(), z.unknown(), expected);

const top = z.strictObject({
  runtime: z.optional(text('the name of a runtime, e.g. openclaw')),
  provider: z.optional(text('the name of a provider, e.g. anthropic')),
  model: z.optional(text('the name of a model')),
  tools: z.optional(z.union([z.string(), z.array(z.string())], 'a list of tools, e.g. [git, http]')),
  config: z.optional(map('a map: port, log_level, and native keys of the runtime')),
  expose: z.optional(z.enum(['none', 'native'], 'none or native')),
  channels: z.optional(map('a map of channels, e.g. telegram: { token: $TELEGRAM_BOT_TOKEN }')),
} satisfies Record<TopKey, z.ZodMiniType>);

/** Shape of the whole file, without `x-*` keys; channels only as a map. */
export function topFaults(value: Json): readonly ShapeFault[] {
  return faultsOf(top, value, [], []);
}

/** Shape of one channel entry. */
export function channelFaults(type: ChannelType, value: Json, path: Path): readonly ShapeFault[] {
  const shape = Object.fromEntries(type.fields.map((field) => [field.name, z.optional(fieldShape(field))]));
  const schema = z.strictObject({ type: z.optional(text('a channel type')), ...shape });
  const secret = type.fields.filter((field) => field.secret).map((field) => field.name);
  return faultsOf(schema, value, path, secret);
}

function fieldShape(field: ChannelField): z.ZodMiniType {
  switch (field.kind) {
    case 'text':
    case 'url':
      return text(field.expected);
    case 'senders': {
      const sender = z.union([z.string(), z.number()], field.expected);
      return z.union([sender, z.array(sender).check(z.minLength(1))], field.expected);
    }
    default: {
      const never: never = field.kind;
      return never;
    }
  }
}

function faultsOf(
  schema: z.ZodMiniType,
  value: Json,
  base: Path,
  secret: readonly string[],
): readonly ShapeFault[] {
  const result = schema.safeParse(value);
  return (result.error?.issues ?? []).flatMap((issue): readonly ShapeFault[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ kind: 'unknown-key', path: [...base, ...path], key }));
    }
    const detail = found(at(value, path), secret.includes(String(path[0])));
    return [{ kind: 'wrong-value', path: [...base, ...path], detail, expected: issue.message }];
  });
}

function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Readonly<Record<string | number, Json>>)[part]
        : undefined,
    value,
  );
}

/** What stands there, in words. */
export function found(value: Json | undefined, secret = false): string {
  if (value === undefined || value === null || value === '') return 'is empty';
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'is a list';
  if (typeof value === 'object') return 'is a map';
  if (secret) return `is a ${typeof value}`;
  return typeof value === 'string' ? `is "${shown(value)}"` : `is ${String(value)}`;
}
