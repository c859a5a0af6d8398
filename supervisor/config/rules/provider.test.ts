import { expect, describe as group, test } from 'vitest';
import { describe } from '../../errors/problem.ts';
import { clawWith, planOf, problemsOf, type World } from '../testing.ts';

const token = '123456:token-of-the-bot';
const key = 'key-of-the-provider';

group('the provider', () => {
  const start = (env: Record<string, string>, yaml?: string): World => ({
    runtime: 'openclaw',
    env,
    ...(yaml ? { yaml } : {}),
  });

  test.each<readonly [string, World, string, string]>([
    ['echo without anything', start({}), 'echo', 'echo'],
    ['the one whose key is set', start({ GROQ_API_KEY: key }), 'groq', 'llama-3.3-70b-versatile'],
    [
      'the named one among several keys',
      start({ GROQ_API_KEY: key, OPENAI_API_KEY: key, CLAWDEN_PROVIDER: 'openai' }),
      'openai',
      'gpt-5.1',
    ],
    [
      'the one of the file',
      start({ GROQ_API_KEY: key, OPENAI_API_KEY: key }, 'provider: groq\nmodel: mine'),
      'groq',
      'mine',
    ],
    ['google by either of its keys', start({ GEMINI_API_KEY: key }), 'google', 'gemini-2.5-flash'],
    [
      'custom by its address alone',
      start({ CLAWDEN_BASE_URL: 'http://llm/v1', CLAWDEN_MODEL: 'm' }),
      'custom',
      'm',
    ],
    [
      'ollama without a key',
      start({ CLAWDEN_PROVIDER: 'ollama', CLAWDEN_MODEL: 'm', CLAWDEN_BASE_URL: 'http://o/v1/' }),
      'ollama',
      'm',
    ],
  ])('is %s', async (_name, world, provider, model) => {
    const made = await planOf(world);
    expect([made.provider.provider.name, made.provider.model]).toEqual([provider, model]);
  });

  test('echo is said loudly', async () => {
    expect((await planOf(start({}))).notices.join()).toContain('no provider is set');
    expect((await planOf(start({ CLAWDEN_PROVIDER: 'echo' }))).notices.join()).toContain(
      'an echo of your own words',
    );
  });

  test('brings its key, address and dialect', async () => {
    expect((await planOf(start({ ANTHROPIC_API_KEY: key }))).provider).toMatchObject({
      apiKey: key,
      dialect: 'anthropic',
      baseUrl: 'https://api.anthropic.com',
    });
    const runtimes = [clawWith({ dialects: ['openai'] })];
    expect((await planOf({ ...start({ ANTHROPIC_API_KEY: key }), runtimes })).provider).toMatchObject({
      dialect: 'openai',
      baseUrl: 'https://api.anthropic.com/v1',
    });
  });

  test('CLAWDEN_BASE_URL takes the place of its usual address', async () => {
    const made = await planOf(start({ OPENAI_API_KEY: key, CLAWDEN_BASE_URL: 'https://proxy.example/v1/' }));
    expect(made.provider.baseUrl).toBe('https://proxy.example/v1');
  });

  test('on localhost is warned about: that is the container itself', async () => {
    const made = await planOf(start({ CLAWDEN_PROVIDER: 'ollama', CLAWDEN_MODEL: 'm' }));
    expect(made.notices.join()).toContain('host.docker.internal');
  });

  test.each<readonly [string, World, readonly string[], string]>([
    [
      'two keys and no choice',
      start({ GROQ_API_KEY: key, OPENAI_API_KEY: key }),
      ['provider-unclear'],
      'OPENAI_API_KEY and GROQ_API_KEY',
    ],
    [
      'two keys of one provider that differ',
      start({ GOOGLE_API_KEY: key, GEMINI_API_KEY: 'other' }),
      ['set-twice'],
      'variable GOOGLE_API_KEY and variable GEMINI_API_KEY',
    ],
    [
      'a channel and no provider',
      start({ TELEGRAM_BOT_TOKEN: token }),
      ['no-provider'],
      'channel telegram has no model',
    ],
    [
      'one without its key',
      start({ CLAWDEN_PROVIDER: 'openai' }),
      ['provider-key-missing'],
      'OPENAI_API_KEY',
    ],
    [
      'a key through two doors is one error',
      start({ OPENAI_API_KEY: key, OPENAI_API_KEY_FILE: '/x' }),
      ['two-doors'],
      'OPENAI_API_KEY_FILE',
    ],
    [
      'named differently in file and variable',
      start({ CLAWDEN_PROVIDER: 'echo', OPENAI_API_KEY: key }, 'provider: openai'),
      ['set-twice'],
      'clawden.yaml:1 and variable CLAWDEN_PROVIDER',
    ],
    [
      'model differently in file and variable',
      start({ CLAWDEN_MODEL: 'a' }, 'model: b'),
      ['set-twice'],
      'model is set twice',
    ],
    [
      'custom without an address',
      start({ CLAWDEN_API_KEY: key, CLAWDEN_MODEL: 'm' }),
      ['base-url-missing'],
      'CLAWDEN_BASE_URL',
    ],
    [
      'an address that is none',
      start({ CLAWDEN_BASE_URL: 'llm', CLAWDEN_MODEL: 'm' }),
      ['wrong-value'],
      'is no address',
    ],
    [
      'an address with a password',
      start({ CLAWDEN_BASE_URL: 'https://a:hunter2@x', CLAWDEN_MODEL: 'm' }),
      ['wrong-value'],
      'holds a user or a password',
    ],
    [
      'an address for echo',
      start({ CLAWDEN_PROVIDER: 'echo', CLAWDEN_BASE_URL: 'https://x' }),
      ['wrong-value'],
      'means nothing to provider echo',
    ],
    [
      'a name in quotes is one error',
      start({ CLAWDEN_PROVIDER: '"openai"', OPENAI_API_KEY: key, GROQ_API_KEY: key }),
      ['wrong-value'],
      'is wrapped in quotes',
    ],
  ])('is refused: %s', async (_name, world, wanted, says) => {
    const problems = await problemsOf(world);
    expect(problems.map(({ code }) => code)).toEqual(wanted);
    expect(problems.map(describe).join('\n')).toContain(says);
    expect(problems.map(describe).join('\n')).not.toMatch(/hunter2|key-of-the-provider/);
  });

  test('that speaks none of the runtime dialects is refused', async () => {
    const runtimes = [clawWith({ dialects: ['anthropic'] })];
    const problems = await problemsOf({ ...start({ GROQ_API_KEY: key }), runtimes });
    expect(problems.map(({ code }) => code)).toEqual(['dialect-missing']);
    expect(problems[0]?.fix).toBe('choose one of: anthropic, echo');
  });
});
