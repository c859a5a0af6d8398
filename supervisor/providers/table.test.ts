import { expect, test } from 'vitest';
import { targetUrl } from '../relay/door/target.ts';
import { providerNamed, providers } from './table.ts';

test('names and key variables belong to one provider each', () => {
  const names = providers.map((provider) => provider.name);
  const variables = providers.flatMap((provider) => provider.keyVariables);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(variables).size).toBe(variables.length);
});

test('a provider is found by its name only', () => {
  for (const provider of providers) expect(providerNamed(provider.name)).toBe(provider);
  for (const name of ['OpenAI', 'open', '', 'constructor']) expect(providerNamed(name)).toBeUndefined();
});

test('every address that leaves the machine is encrypted', () => {
  for (const url of providers.flatMap((provider) => Object.values(provider.baseUrls))) {
    if (url.startsWith('http:')) expect(new URL(url).hostname).toBe('localhost');
    else expect(url).toMatch(/^(https|echo):/);
  }
});

// The vendors' documented addresses of a chat completion or message.
test.each([
  ['anthropic', 'anthropic', 'https://api.anthropic.com/v1/messages'],
  ['anthropic', 'openai', 'https://api.anthropic.com/v1/chat/completions'],
  ['openai', 'openai', 'https://api.openai.com/v1/chat/completions'],
  ['openrouter', 'openai', 'https://openrouter.ai/api/v1/chat/completions'],
  ['google', 'openai', 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions'],
  ['groq', 'openai', 'https://api.groq.com/openai/v1/chat/completions'],
  ['mistral', 'openai', 'https://api.mistral.ai/v1/chat/completions'],
  ['ollama', 'openai', 'http://localhost:11434/v1/chat/completions'],
] as const)('a request of the door to %s (%s) goes to %s', (name, dialect, expected) => {
  const path = dialect === 'openai' ? '/v1/chat/completions' : '/v1/messages';
  expect(targetUrl(providerNamed(name)?.baseUrls[dialect] ?? '', dialect, path)?.href).toBe(expected);
});

test('every provider but the custom one has a base URL and every one with its own model names it', () => {
  for (const provider of providers) {
    const hasUrl = Object.keys(provider.baseUrls).length > 0;
    expect(hasUrl, provider.name).toBe(provider.name !== 'custom');
    if (provider.keyVariables.length > 0 && hasUrl) expect(provider.defaultModel, provider.name).toBeTruthy();
  }
});
