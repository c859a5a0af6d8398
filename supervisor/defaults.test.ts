import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { findDefaults } from './config/files.ts';
import { memoryFiles, planOf } from './config/testing.ts';

const text = readFileSync(new URL('defaults.toml', import.meta.url), 'utf8');
// Prose has a blank after its "#", examples have none.
const examples = text.replace(/^#(?=\S)/gm, '');

test('the shipped site defaults say nothing', () => {
  expect(parse(text)).toEqual({});
  expect(findDefaults(memoryFiles({ '/etc/clawden/defaults.toml': text }), 10_000)).toEqual({ problems: [] });
});

test('every example in them does what it says when its "#" is taken off', async () => {
  expect(Object.keys(parse(examples)).sort()).toEqual(
    ['config', 'cpus', 'env', 'expose', 'memory', 'model', 'provider', 'providers', 'tools'].sort(),
  );
  const env = { ANTHROPIC_API_KEY: 'sk-canary-1', HOUSE_API_KEY: 'sk-canary-2' };
  expect(await planOf({ toml: examples, runtime: 'openclaw', env })).toMatchObject({
    tools: ['git', 'http'],
    provider: { model: 'claude-sonnet-4-5' },
    env: { HTTPS_PROXY: 'http://proxy.example.com:3128' },
    logLevel: 'info',
  });
  const house = examples.replace('provider = "anthropic"', 'provider = "house"');
  expect(await planOf({ toml: house, runtime: 'openclaw', env })).toMatchObject({
    provider: { baseUrl: 'https://models.example.com/v1', apiKey: 'sk-canary-2' },
  });
});
