import type { ChannelPlan, RenderInput } from '../contract.ts';

export const secrets = {
  bot: '7000001:canary-bot-token',
  bearer: 'canary-bearer',
  door: 'canary-door-key',
  search: 'canary-search-key',
};

/** What a render knows, with nothing special in it; `changes` make the case. */
export function input(changes: Partial<RenderInput> = {}): RenderInput {
  return {
    instance: 'zeroclaw',
    version: '0.8.4',
    model: 'gpt-5.1',
    door: { dialect: 'openai', baseUrl: 'http://127.0.0.1:4001/v1', key: secrets.door },
    channels: [],
    native: {},
    references: [],
    logLevel: 'info',
    port: 4002,
    bearer: secrets.bearer,
    paths: {
      program: '/opt/clawden/runtimes/zeroclaw',
      state: '/home/clawden/state/zeroclaw',
      home: '/home/clawden/state',
      workspace: '/home/clawden/workspace',
      rendered: '/run/clawden/zeroclaw',
      secretDoor: '/opt/clawden/bin/door',
    },
    plugins: [],
    ...changes,
  };
}

export function telegram(changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return {
    name: 'telegram',
    type: 'telegram',
    mode: 'native',
    fields: {},
    secrets: { token: secrets.bot },
    allowFrom: ['4242', '5555'],
    ...changes,
  };
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
