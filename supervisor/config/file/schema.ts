import * as z from 'zod/mini';
import type { Json } from '../../../runtimes/contract.ts';
import { shown } from '../../errors/wording.ts';
import type { Path } from '../path.ts';
import type { ChannelField, ChannelType } from '../types.ts';

/** One thing about the shape that is wrong. */
export type ShapeFault =
  | { readonly kind: 'unknown-key'; readonly path: Path; readonly key: string }
  | { readonly kind: 'wrong-value'; readonly path: Path; readonly detail: string; readonly expected: string };

/** Messages of the schema are what was expected; what was found is said by `found`. */
const text = (expected: string) => z.string(expected).check(z.minLength(1, expected));
const map = (expected: string) => z.record(z.string(), z.unknown(), expected);
/** A text may hold several with commas, but not none. */
const sender = (expected: string) =>
  z.union([z.string().check(z.regex(/[^\s,]/, expected)), z.number()], expected);
const senders = (expected: string) =>
  z.union([sender(expected), z.array(sender(expected)).check(z.minLength(1, expected))], expected);

const provider = z.strictObject(
  {
    type: z.optional(text('the name of a provider, e.g. openai, or custom')),
    api_key: z.optional(text('a reference, e.g. $OPENAI_API_KEY')),
    base_url: z.optional(text('an http(s) address, like https://host/v1')),
  },
  'a map, e.g. { type: openai, api_key: $OPENAI_API_KEY }',
);

/** What an instance may say itself, and what `runtimes:` of a file or the site may say for all instances. */
const common = {
  provider: z.optional(text('the name of a provider, e.g. anthropic')),
  model: z.optional(text('the name of a model')),
  providers: z.optional(z.record(z.string(), provider, 'a map of providers, e.g. mine: { type: openai, … }')),
  tools: z.optional(z.union([z.string(), z.array(z.string())], 'a list of tools, e.g. [git, http]')),
  env: z.optional(
    z.record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false'),
      'a map of variables, e.g. { EDITOR: vim }',
    ),
  ),
  allow_from: z.optional(senders('a list of ids, e.g. [123456789], or "*"')),
  relay: z.optional(z.boolean('true or false')),
  expose: z.optional(z.enum(['none', 'native'], 'none or native')),
  image: z.optional(text('the reference of an image, e.g. ghcr.io/me/clawden-runtime:1')),
  memory: z.optional(text('a size with its unit, e.g. 2g or 512m')),
  cpus: z.optional(z.union([z.number(), z.string()], 'a number of processors, e.g. 1.5')),
};

/** What belongs to one instance alone. */
const own = {
  id: z.optional(text('a name for the instance, e.g. work-bot')),
  channels: z.optional(
    z.union(
      [z.record(z.string(), z.unknown()), z.array(z.unknown())],
      'a map of channels, e.g. telegram: { token: $TELEGRAM_BOT_TOKEN }',
    ),
  ),
  config: z.optional(map('a map: port, log_level, and native keys of the runtime')),
  workspace: z.optional(text('a folder, e.g. ./workspace')),
};

const named = text('the name of a runtime, e.g. openclaw');

/** A file for one instance, `runtime: NAME` with its settings beside it. */
export const single = z.strictObject({ runtime: z.optional(named), ...common, ...own });

/** One entry of `runtimes:`. */
export const entry = z.strictObject(
  { name: named, ...common, ...own },
  'the name of a runtime, or a map, e.g. { name: openclaw, tools: [git] }',
);

/** A file for several instances: defaults, channels by name, and the entries. */
export const several = z.strictObject({
  runtimes: z
    .array(z.unknown(), 'a list, e.g. - name: openclaw')
    .check(z.minLength(1, 'at least one runtime')),
  channels: z.optional(map('a map of channels, e.g. work-bot: { type: telegram, token: $WORK_BOT_TOKEN }')),
  ...common,
});

/** Site defaults: what a file for several instances may say for all of them, and the shared part of `config`. */
export const defaults = z.strictObject({
  runtime: z.optional(named),
  ...common,
  config: own.config,
});

export const forms = { single, entry, several, defaults } as const;
export type Form = keyof typeof forms;

export const commonKeys = Object.keys(common);
export const ownKeys = Object.keys(own);

/** Keys that may stand there, for messages. */
export function keysOf(form: Form): readonly string[] {
  // `runtimes` makes another form of the file, so no schema of this one has it.
  return form === 'single'
    ? ['runtime', 'runtimes', ...commonKeys, ...ownKeys]
    : Object.keys(forms[form].shape);
}

/** What is wrong with the shape of a file or an entry, without `x-*` keys; channels are checked by their types. */
export function shapeFaults(form: Form, value: Json, path: Path = []): readonly ShapeFault[] {
  return faultsOf(forms[form], value, path, []);
}

/** Shape of one channel entry. */
export function channelFaults(type: ChannelType, value: Json, path: Path): readonly ShapeFault[] {
  const secret = type.fields.filter((field) => field.secret).map((field) => field.name);
  return faultsOf(channelShape(type), value, path, secret);
}

const shapes = new Map<ChannelType, z.ZodMiniType>();

/** What stands under a channel of that type. */
export function channelShape(type: ChannelType): z.ZodMiniType {
  const known = shapes.get(type);
  if (known) return known;
  const fields = Object.fromEntries(type.fields.map((field) => [field.name, z.optional(fieldShape(field))]));
  const shape = z.strictObject({
    type: z.optional(text('a channel type')),
    relay: z.optional(z.boolean('true or false')),
    ...fields,
  });
  shapes.set(type, shape);
  return shape;
}

function fieldShape(field: ChannelField): z.ZodMiniType {
  switch (field.kind) {
    case 'text':
    case 'url':
    case 'endpoint':
    case 'groups':
      return text(field.expected);
    case 'senders':
      return senders(field.expected);
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
    const hidden = secret.includes(String(path[0])) || path.at(-1) === 'api_key';
    const detail = found(at(value, path), hidden);
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
