import { describe, expect, test } from 'vitest';
import { problemsOf } from './testing.ts';

/** Names end up in paths, variables and labels: none of these may pass for one. */
const hostile = [
  '../../x',
  'a/b',
  '..',
  '.',
  'a"b',
  'a\nb',
  'a\u0000b',
  '__proto__',
  '%2e%2e',
  '~',
  '$HOME',
  '-rf',
];
const key = { ANTHROPIC_API_KEY: 'sk-test-key', BOT: '1:abc' };

describe.each(hostile.map((name) => [JSON.stringify(name), name]))('the name %s', (quoted, name) => {
  const refused = async (world: Parameters<typeof problemsOf>[0]): Promise<void> => {
    expect(await problemsOf({ ...world, env: { ...key, ...world.env } })).not.toEqual([]);
  };

  test('is no channel, in a file or in CHANNELS', async () => {
    const entry = `{ type: telegram, token: $BOT, allow_from: ['1'] }`;
    await refused({ runtime: 'openclaw', yaml: `channels:\n  ${quoted}: ${entry}\n` });
    await refused({ runtime: 'openclaw', env: { CHANNELS: name } });
  });

  test('is no runtime, as an argument, in RUNTIME or in a file', async () => {
    await refused({ runtime: name });
    await refused({ env: { RUNTIME: name } });
    await refused({ yaml: `runtime: ${quoted}\n` });
  });

  test('is no tool, in a file or in TOOLS', async () => {
    await refused({ runtime: 'openclaw', yaml: `tools: [${quoted}]\n` });
    await refused({ runtime: 'openclaw', env: { TOOLS: name } });
  });

  test('is no provider', async () => {
    await refused({ runtime: 'openclaw', env: { CLAWDEN_PROVIDER: name } });
    await refused({ runtime: 'openclaw', yaml: `provider: ${quoted}\n` });
  });
});

test('ordinary names are none of these', async () => {
  const yaml = `channels:\n  my-bot_2: { type: telegram, token: $BOT, allow_from: ['1'] }\ntools: [git]\n`;
  expect(await problemsOf({ runtime: 'openclaw', env: key, yaml })).toEqual([]);
});
