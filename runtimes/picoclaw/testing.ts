import type { ChannelPlan, RenderInput } from '../contract.ts';

export const secrets = {
  bot: '7000000001:canary-bot-token-0123456789abcdefgh',
  bearer: 'canary-bearer',
  door: 'canary-door-key',
  search: 'canary-search-key',
};

/** What a render knows, with nothing special in it; `changes` make the case. */
export function input(changes: Partial<RenderInput> = {}): RenderInput {
  return {
    instance: 'picoclaw',
    version: '0.3.1',
    model: 'gpt-5.1',
    door: { dialect: 'openai', baseUrl: 'http://127.0.0.1:4001/v1', key: secrets.door },
    channels: [],
    native: {},
    references: [],
    logLevel: 'info',
    port: 4002,
    bearer: secrets.bearer,
    paths: {
      program: '/opt/clawden/runtimes/picoclaw',
      state: '/home/clawden/state/picoclaw',
      home: '/home/clawden/state',
      workspace: '/home/clawden/workspace',
      rendered: '/run/clawden/picoclaw',
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
