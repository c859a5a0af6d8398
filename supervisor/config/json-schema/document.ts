import * as z from 'zod/mini';
import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { type Form, forms } from '../file/schema.ts';
import { schemaAddress } from '../schema-address.ts';
import { channelDefinitions, channelList, channelMap } from './channels.ts';
import { type KnownNames, meaningOf, providerDefinition } from './meanings.ts';
import { isReal, withNull } from './patterns.ts';

/**
 * The JSON Schema (2020-12) of clawden.yaml, made of the zod schema that judges the file and of the channels' fields.
 * It is for editors: it cannot know whether a reference is set, or what a runtime's own validator says.
 */
export function clawdenSchema(known: KnownNames): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaAddress,
    title: 'clawden.yaml',
    description: 'What ClawDen runs: one agent runtime, or several under runtimes:',
    type: ['object', 'null'],
    if: { type: 'object', required: ['runtimes'], properties: { runtimes: isReal } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref: '#/$defs/several' },
    else: { $ref: '#/$defs/single' },
    $defs: {
      single: withOwnRules(single(known)),
      several: withOwnRules(several(known)),
      entry: form('entry', known, {
        channels: { anyOf: [channelMap(), channelList()] },
      }),
      provider: providerDefinition,
      ...channelDefinitions(),
    },
  };
}

function single(known: KnownNames): JsonObject {
  const made = form('single', known, {
    channels: { anyOf: [channelMap(), channelList({ typesOnly: true })] },
  });
  // Without a value it is as good as absent.
  const runtimes = { type: 'null', description: 'entries make it a file with several instances' };
  return {
    ...made,
    type: ['object', 'null'],
    properties: { ...(made['properties'] as JsonObject), runtimes },
  };
}

function several(known: KnownNames): JsonObject {
  const item = { anyOf: [{ enum: [...known.runtimes] }, { $ref: '#/$defs/entry' }] };
  return form('several', known, {
    runtimes: { type: 'array', minItems: 1, items: item },
    channels: channelMap(),
  });
}

/** Properties, `required` and closedness come from zod; what each key means is laid over. */
function form(name: Form, known: KnownNames, own: Readonly<Record<string, JsonObject>>): JsonObject {
  const made = z.toJSONSchema(forms[name], { target: 'draft-2020-12' }) as unknown as Readonly<
    Record<string, Json>
  >;
  const required = (made['required'] ?? []) as readonly string[];
  const properties = Object.fromEntries(
    Object.entries(made['properties'] as JsonObject).map(([key, schema]) => {
      const { rules, ...words } = meaningOf(key, name, known);
      const rule = own[key] ?? rules ?? (schema as JsonObject);
      return [key, { ...words, ...(required.includes(key) ? rule : withNull(rule)) }];
    }),
  );
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 ? { required: [...required] } : {}),
    properties,
  };
}

/** `x-…` keys hold what anchors stand in, and are not read. */
function withOwnRules(schema: JsonObject): JsonObject {
  return { ...schema, patternProperties: { '^x-': {} } };
}
