import * as z from 'zod/mini';
import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { channelTypes } from '../../channels/fields.ts';
import { channelShape } from '../file/schema.ts';
import type { ChannelField, ChannelType } from '../types.ts';
import { isReal, orReference, secretPattern, withNull } from './patterns.ts';

const channelName = '^[a-z][a-z0-9_-]{0,39}$';

/** One definition per channel type, and one of those that name their type. */
export function channelDefinitions(): JsonObject {
  const types = channelTypes.map(({ type }) => type);
  return {
    channel: {
      description: 'A chat account with a name of its own.',
      type: 'object',
      required: ['type'],
      properties: { type: { description: 'What kind of account it is.', enum: types } },
      allOf: channelTypes.map((type) => ({
        if: { required: ['type'], properties: { type: { const: type.type } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { $ref: `#/$defs/channel-${type.type}`, ...requiredFields(type) },
      })),
    },
    ...Object.fromEntries(channelTypes.map((type) => [`channel-${type.type}`, definition(type)])),
  };
}

/** Channels by name; one called like a type needs no `type`, and takes what it lacks from the type's usual variables. */
export function channelMap(): JsonObject {
  return {
    type: 'object',
    propertyNames: { pattern: channelName },
    properties: Object.fromEntries(
      channelTypes.map(({ type }) => [
        type,
        {
          if: {
            type: 'object',
            required: ['type'],
            properties: { type: { not: { enum: [type, null] } } },
          },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { $ref: '#/$defs/channel' },
          else: { $ref: `#/$defs/channel-${type}` },
        },
      ]),
    ),
    additionalProperties: { $ref: '#/$defs/channel' },
  };
}

/** Names of channels defined at the top, or types whose usual variables say all. */
export function channelList({ typesOnly = false } = {}): JsonObject {
  const types = { enum: channelTypes.map(({ type }) => type) };
  return {
    type: 'array',
    uniqueItems: true,
    items: typesOnly ? types : { anyOf: [types, { type: 'string', pattern: channelName }] },
  };
}

function definition(type: ChannelType): JsonObject {
  const made = z.toJSONSchema(channelShape(type), { target: 'draft-2020-12' }) as unknown as JsonObject;
  const shapes = made['properties'] as JsonObject;
  return {
    title: type.title,
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      type: { description: 'Needed where the name of the channel is no type.', enum: [type.type, null] },
      relay: {
        description:
          'true: our relay speaks the platform in place of the runtime; false: an error where the runtime cannot.',
        type: ['boolean', 'null'],
      },
      ...Object.fromEntries(
        type.fields.map((field) => [field.name, fieldSchema(field, shapes[field.name] as JsonObject)]),
      ),
    },
  };
}

function requiredFields({ fields }: ChannelType): JsonObject {
  // Senders may also be listed once for all channels.
  const names = fields.filter(({ required, kind }) => required && kind !== 'senders').map(({ name }) => name);
  return { required: names, properties: Object.fromEntries(names.map((name) => [name, isReal])) };
}

function fieldSchema(field: ChannelField, shape: JsonObject): JsonObject {
  const { help, example, secret, variable } = field;
  const description = secret
    ? `${help}. A reference, never the secret itself: ${example}, with ${variable}=… in .env`
    : `${help}. Or by the variable ${variable}`;
  return { description, examples: [exampleOf(example)], ...withNull(fieldRules(field, shape)) };
}

function fieldRules(field: ChannelField, shape: JsonObject): JsonObject {
  if (field.secret) return { ...shape, pattern: secretPattern };
  switch (field.kind) {
    case 'text':
      return { ...shape, ...(field.pattern ? { pattern: orReference(`(?:${field.pattern.source})`) } : {}) };
    case 'groups':
      return { ...shape, pattern: orReference('^(?:off|mention|all)$') };
    case 'url':
    case 'endpoint':
      return { ...shape, pattern: orReference('^[hH][tT][tT][pP][sS]?:') };
    case 'senders':
      return senders(field.pattern);
    default: {
      const never: never = field.kind;
      return never;
    }
  }
}

/** One id or a list of them; a text may hold several with commas between. */
function senders(pattern: RegExp | undefined): JsonObject {
  const id = pattern?.source.replace(/^\^|\$$/g, '') ?? '\\S+';
  const text = { type: 'string', pattern: orReference(`^[\\s,]*(?:(?:\\*|${id})(?:[\\s,]+|$))+$`) };
  const number = { type: 'integer', minimum: pattern?.test('0') ? 0 : 1 };
  const one = pattern && !pattern.test('1') ? [text] : [text, number];
  return { anyOf: [...one, { type: 'array', minItems: 1, items: { anyOf: one } }] };
}

/** As YAML reads it. */
function exampleOf(text: string): Json {
  const list = /^\[(.*)\]$/.exec(text)?.[1];
  if (list !== undefined) return [exampleOf(list)];
  if (/^".*"$/.test(text)) return text.slice(1, -1);
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
