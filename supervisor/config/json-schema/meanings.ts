import type { Json, JsonObject } from '../../../runtimes/contract.ts';
import { providers } from '../../providers/table.ts';
import type { Form } from '../file/schema.ts';
import { instanceName } from '../instance-name.ts';
import { orReference } from './patterns.ts';

/** Names that the schema lists. */
export interface KnownNames {
  readonly runtimes: readonly string[];
}

export interface Meaning {
  readonly description: string;
  readonly examples?: readonly Json[];
  readonly default?: Json;
  /** In place of what zod says, where an editor can know more. */
  readonly rules?: JsonObject;
}

/** What a key of the file means, for editors. */
export function meaningOf(key: string, form: Form, known: KnownNames): Meaning {
  const forAll = form === 'several' && key !== 'runtimes' && key !== 'channels';
  const meaning = meanings(known)[key];
  if (!meaning) throw new Error(`${key} has no description in the JSON Schema`);
  return forAll
    ? { ...meaning, description: `${meaning.description} For every entry of runtimes.` }
    : meaning;
}

function meanings({ runtimes }: KnownNames): Readonly<Record<string, Meaning>> {
  return {
    runtime: {
      description: 'The agent runtime to run.',
      examples: ['openclaw'],
      rules: { anyOf: [{ enum: [...runtimes] }, { type: 'string', pattern: '[$]' }] },
    },
    name: { description: 'The agent runtime that this instance runs.', rules: { enum: [...runtimes] } },
    runtimes: { description: 'Several instances in one file: names of runtimes, or maps.' },
    id: {
      description: "The instance's name; without it, that of its runtime.",
      examples: ['work-bot'],
      rules: { type: 'string', pattern: instanceName.source },
    },
    provider: {
      description: 'Where the model answers: one of these, or an entry of providers.',
      rules: {
        anyOf: [{ enum: providers.map(({ name }) => name) }, { type: 'string', minLength: 1 }],
      },
    },
    model: {
      description: "The model, as the provider names it. Default: the provider's.",
      examples: ['claude-sonnet-4-5'],
      rules: { type: 'string', pattern: orReference('^[\\x21-\\x7e]{1,200}$') },
    },
    providers: {
      description: 'Providers by a name of your own, each with its key and address.',
      examples: [{ mine: { type: 'openai', api_key: '$MY_KEY', base_url: 'https://llm.example.com/v1' } }],
      rules: {
        type: 'object',
        properties: Object.fromEntries(providers.map(({ name }) => [name, { $ref: '#/$defs/provider' }])),
        additionalProperties: {
          $ref: '#/$defs/provider',
          anyOf: [{ required: ['type'] }, { required: ['base_url'] }],
        },
      },
    },
    tools: {
      description: 'What is set up in the container before the runtime starts, in this order.',
      examples: [['git', 'http']],
      rules: { anyOf: [{ type: 'array', items: tool }, { type: 'string' }] },
    },
    env: {
      description:
        "Variables for the runtime's own process. No secrets that the image knows: its agent could read them.",
      examples: [{ EDITOR: 'vim' }],
      rules: {
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
        additionalProperties: { type: ['string', 'number', 'boolean'] },
      },
    },
    allow_from: {
      description:
        'Who may talk to the agent, for every channel that does not say it itself; "*" is everyone.',
      examples: [[123456789]],
    },
    relay: { description: 'true: our relay speaks the platforms in place of the runtime.', default: false },
    expose: {
      description: "native: the runtime's own HTTP paths too, behind the token.",
      default: 'none',
      rules: { type: 'string', anyOf: [{ enum: ['none', 'native'] }, { pattern: '[$]' }] },
    },
    image: {
      description: 'Another image than the usual one.',
      examples: ['ghcr.io/me/clawden-runtime:1'],
      rules: { type: 'string', pattern: orReference('^[^\\s-]\\S*$') },
    },
    memory: {
      description: "The container's memory limit.",
      default: '2g',
      rules: { type: 'string', pattern: orReference('^\\d+(\\.\\d+)?[bBkKmMgG][bB]?$') },
    },
    cpus: {
      description: "The container's share of processors.",
      examples: [1.5],
      rules: {
        anyOf: [
          { type: 'number', minimum: 0.01, maximum: 1024 },
          { type: 'string', pattern: orReference('^\\s*\\d+(\\.\\d+)?\\s*$') },
        ],
      },
    },
    channels: {
      description: 'Chat accounts by name; or a list of names.',
      examples: [{ telegram: { token: '$TELEGRAM_BOT_TOKEN', allow_from: [123456789] } }],
    },
    config: {
      description: "port, log_level, and the runtime's own keys, judged by its own validator.",
      examples: [{ port: 18789, log_level: 'info' }],
      rules: { type: 'object', properties: { port, log_level: logLevel } },
    },
    workspace: {
      description: "The agent's folder: relative to this file, absolute, or beginning with ~/.",
      examples: ['./workspace'],
      rules: { type: 'string', pattern: orReference('^[^\\0\\r\\n]+$') },
    },
  };
}

const tool: JsonObject = { type: 'string', pattern: orReference('^[a-z][a-z0-9-]{0,31}$') };

/** An entry of `providers:`. */
export const providerDefinition: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    type: {
      description: 'Which provider it is; not needed where the name is one.',
      enum: providers.map(({ name }) => name),
    },
    api_key: {
      description: 'A reference, never the key itself.',
      examples: ['$MY_KEY'],
      type: 'string',
      // A server of one's own may want a word that is no secret.
      pattern: orReference('^.{1,7}$'),
    },
    base_url: {
      description: "Address of the provider's API.",
      examples: ['https://llm.example.com/v1'],
      type: 'string',
      pattern: orReference('^[hH][tT][tT][pP][sS]?:'),
    },
  },
};

const wholeReference = '^\\$[A-Za-z_][A-Za-z0-9_]*$';

const port: JsonObject = {
  description: 'Where the instance listens inside its container. Default: as the runtime has it.',
  examples: [18789],
  anyOf: [
    { type: 'integer', minimum: 1024, maximum: 65535 },
    { type: 'string', pattern: `^\\d{4,5}$|${wholeReference}` },
  ],
};

const logLevel: JsonObject = {
  description: 'How much is logged.',
  default: 'info',
  anyOf: [{ enum: ['error', 'warn', 'info', 'debug'] }, { type: 'string', pattern: wholeReference }],
};
