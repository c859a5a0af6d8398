import type { ChannelPlan, RenderInput } from '../contract.ts';
import { canaries, inputOf, telegramBot } from '../testing.ts';
import { descriptor } from './descriptor.ts';

export const secrets = {
  bot: '7000001:canary-bot-token',
  bot2: '7000002:canary-bot-token',
  ...canaries,
  search: 'canary-search-key',
};

/** What a render knows, with nothing special in it; `changes` make the case. */
export function input(changes: Partial<RenderInput> = {}): RenderInput {
  return inputOf(descriptor, changes);
}

export function telegram(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return telegramBot(secrets.bot, changes);
}

/** A piece of the schema that ZeroClaw 0.8.4 prints, in its own forms. */
export const schema = JSON.stringify({
  properties: {
    schema_version: {},
    gateway: { $ref: '#/$defs/Gateway' },
    memory: { $ref: '#/$defs/Memory' },
    providers: {
      properties: { models: { properties: { custom: { additionalProperties: { $ref: '#/$defs/Model' } } } } },
    },
    risk_profiles: { additionalProperties: { $ref: '#/$defs/RiskProfile' } },
    mcp: { properties: { servers: { items: { $ref: '#/$defs/McpServer' } } } },
    cron: { additionalProperties: { $ref: '#/$defs/Job' } },
    web_search: { properties: { brave_api_key: {}, enabled: {} } },
    reliability: { properties: { api_keys: { items: {} } } },
  },
  $defs: {
    Gateway: { properties: { host: {}, port: {}, tls: { anyOf: [{ $ref: '#/$defs/Tls' }, {}] } } },
    Tls: { properties: { enabled: {}, cert_path: {} } },
    Memory: { properties: { auto_save: {}, search_mode: { $ref: '#/$defs/SearchMode' } } },
    SearchMode: { oneOf: [{}, {}] },
    Model: {
      properties: { uri: {}, model: {}, extra_headers: { additionalProperties: {} }, provider_extra: {} },
    },
    RiskProfile: { properties: { level: {}, allowed_commands: { items: {} } } },
    McpServer: { properties: { name: {}, command: {}, env: { additionalProperties: {} } } },
    Job: {
      properties: {
        command: {},
        schedule: {
          oneOf: [{ properties: { kind: {}, expr: {} } }, { properties: { kind: {}, every_ms: {} } }],
        },
      },
    },
  },
});
