// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of clawden.yaml
import { expect, describe as group, test } from 'vitest';
import { originOf } from './origin.ts';
import { planOf } from './testing.ts';

const token = '123456:token-of-the-bot';
const key = 'key-of-the-provider';

group('the plan', () => {
  const env = {
    RUNTIME: 'openclaw',
    OPENAI_API_KEY: key,
    CLAWDEN_TOKEN: '0123456789abcdef',
    TELEGRAM_BOT_TOKEN: token,
  };

  test('lists every secret for the mask, also of a provider that was not chosen', async () => {
    const made = await planOf({
      env: { ...env, GROQ_API_KEY: 'key-of-another', CLAWDEN_PROVIDER: 'openai', MISTRAL_API_KEY: 'abc' },
    });
    expect([...made.secrets].sort()).toEqual(['0123456789abcdef', token, 'key-of-another', key].sort());
  });

  test('has a hash that changes with any decision, secrets included, and with nothing else', async () => {
    const hash = async (more: Record<string, string>, yaml?: string): Promise<string> =>
      (await planOf({ env: { ...env, ...more }, ...(yaml === undefined ? {} : { yaml }) })).hash;
    const plain = await hash({});
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(await hash({ HOME: '/elsewhere' }, '# a comment')).toBe(plain);
    const others = await Promise.all([
      hash({ CLAWDEN_MODEL: 'x' }),
      hash({ CLAWDEN_TOKEN: '0123456789abcdeg' }),
      hash({ OPENAI_API_KEY: 'another-key' }),
      hash({ TELEGRAM_ALLOW_FROM: '1' }),
      hash({}, 'config: { a: 1 }'),
    ]);
    expect(new Set([plain, ...others]).size).toBe(6);
    expect(await hash({}, 'config: { a: 1, b: 2 }')).toBe(await hash({}, 'config: { b: 2, a: 1 }'));
  });

  test('remembers where each value came from', async () => {
    const yaml = 'model: m\nconfig:\n  port: 2000\n  a: { b: [1] }\n';
    expect((await planOf({ env, yaml })).origins).toMatchObject({
      runtime: { kind: 'variable', name: 'RUNTIME' },
      model: { kind: 'file', file: 'clawden.yaml', line: 1, column: 8 },
      'config.port': { kind: 'file', line: 3, column: 9 },
      'config.a': { kind: 'file', line: 4, column: 3 },
      'config.a.b[0]': { kind: 'file', line: 4, column: 12 },
      'provider.key': { kind: 'variable', name: 'OPENAI_API_KEY' },
      'channels.telegram.token': { kind: 'variable', name: 'TELEGRAM_BOT_TOKEN' },
      token: { kind: 'variable', name: 'CLAWDEN_TOKEN' },
    });
  });

  test('remembers who chose the provider, the name and the relay, and what was written for a reference', async () => {
    const yaml =
      'id: mine\nchannels:\n  telegram: { token: $TELEGRAM_BOT_TOKEN, relay: false }\nenv: { A: "x-${PLAIN}" }\n';
    const made = await planOf({ env: { ...env, PLAIN: 'y', CLAWDEN_ECHO: 'scripted' }, yaml });
    expect(made.origins).toMatchObject({
      id: { kind: 'file', line: 1, column: 5 },
      provider: { kind: 'variable', name: 'OPENAI_API_KEY' },
      'channels.telegram.relay': { kind: 'file', line: 3 },
      echo: { kind: 'variable', name: 'CLAWDEN_ECHO' },
    });
    expect(made.written).toEqual({
      'channels.telegram.token': '$TELEGRAM_BOT_TOKEN',
      'env.A': 'x-${PLAIN}',
    });
    const named = await planOf({ env: { ...env, CLAWDEN_INSTANCE: 'second' } });
    expect(named.origins).toMatchObject({ id: { kind: 'variable', name: 'CLAWDEN_INSTANCE' } });
    const own = 'providers: { mine: { type: groq, api_key: $MY_KEY, base_url: "https://$MY_HOST/v1" } }';
    const theirs = await planOf({ env: { ...env, MY_KEY: 'key-of-mine', MY_HOST: 'h' }, yaml: own });
    expect(theirs.provider).toMatchObject({ provider: { name: 'mine' }, type: 'groq' });
    expect(theirs.written).toEqual({ 'provider.key': '$MY_KEY', base_url: 'https://$MY_HOST/v1' });
  });

  test.each([
    ['config.a.b[0]', 4, 12],
    ['config.a.b.0', 4, 12],
    ['config.a.b[7].x', 4, 8],
    ['config.a.missing.too', 4, 3],
  ])('finds the line of %s, or the nearest above it', async (path, line, column) => {
    const made = await planOf({ env, yaml: 'model: m\nconfig:\n  port: 2000\n  a: { b: [1] }\n' });
    expect(originOf(made, path)).toMatchObject({ kind: 'file', line, column });
    expect(originOf(made, 'nothing.like.it')).toBeUndefined();
  });
});
