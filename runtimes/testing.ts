import type { ChannelPlan, RenderInput } from './contract.ts';

/** Secrets that must be found nowhere in what is rendered. */
export const canaries = { bearer: 'canary-bearer', door: 'canary-door-key' };

/** What a render of this runtime knows in the image, with nothing special in it; `changes` make the case. */
export function inputOf(
  { name, version }: { readonly name: string; readonly version: string },
  changes: Partial<RenderInput> = {},
): RenderInput {
  return {
    instance: name,
    version,
    model: 'gpt-5.1',
    door: { dialect: 'openai', baseUrl: 'http://127.0.0.1:4001/v1', key: canaries.door },
    channels: [],
    native: {},
    references: [],
    logLevel: 'info',
    port: 4002,
    bearer: canaries.bearer,
    paths: {
      program: `/opt/clawden/runtimes/${name}`,
      state: `/home/clawden/state/${name}`,
      home: '/home/clawden/state',
      workspace: '/home/clawden/workspace',
      rendered: `/run/clawden/${name}`,
      secretDoor: '/opt/clawden/bin/door',
    },
    plugins: [],
    ...changes,
  };
}

/** A native Telegram bot with a list of who may talk to it. */
export function telegramBot(token: string, changes: Partial<ChannelPlan> = {}): ChannelPlan {
  return {
    name: 'telegram',
    type: 'telegram',
    mode: 'native',
    serves: 'native',
    groups: 'mention',
    fields: {},
    secrets: { token },
    allowFrom: ['4242', '5555'],
    ...changes,
  };
}
