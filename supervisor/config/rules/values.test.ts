// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax under test
import { expect, describe as group, test } from 'vitest';
import { planOf, problemsOf, type World } from '../testing.ts';

async function codes(world: World): Promise<readonly string[]> {
  return (await problemsOf(world)).map(({ code }) => code);
}

group('everything else', () => {
  const env = { RUNTIME: 'openclaw' };

  test('has a default', async () => {
    expect(await planOf({ env })).toMatchObject({
      instance: 'openclaw',
      tools: [],
      native: {},
      port: 18_789,
      expose: 'none',
      logLevel: 'info',
      scriptedEcho: false,
    });
  });

  test('comes from the file', async () => {
    const yaml =
      'x-any: { thing: $NOT_SET }\ntools: [http, git, http]\nexpose: native\nconfig: { port: $PORT, log_level: warn, a: { b: [1, true, null, x] } }';
    expect(await planOf({ env: { ...env, PORT: '2000' }, yaml })).toMatchObject({
      tools: ['http', 'git'],
      expose: 'native',
      port: 2000,
      logLevel: 'warn',
      native: { a: { b: [1, true, null, 'x'] } },
    });
  });

  test('comes from variables', async () => {
    const more = {
      TOOLS: 'git, http',
      CLAWDEN_LOG_LEVEL: 'debug',
      CLAWDEN_STOP_BUDGET: '2.5',
      CLAWDEN_ECHO: 'scripted',
      CLAWDEN_TOKEN: '0123456789abcdef',
    };
    expect(await planOf({ env: { ...env, ...more } })).toMatchObject({
      tools: ['git', 'http'],
      logLevel: 'debug',
      stopBudget: 2_500,
      scriptedEcho: true,
      token: '0123456789abcdef',
    });
  });

  test.each<readonly [string, Record<string, string>, string | undefined, readonly string[]]>([
    ['a stop budget that is none', { CLAWDEN_STOP_BUDGET: '0' }, undefined, ['wrong-value']],
    ['a stop budget with a unit', { CLAWDEN_STOP_BUDGET: '10s' }, undefined, ['wrong-value']],
    ['an unknown tool', { TOOLS: 'gti' }, undefined, ['unknown-tool']],
    ['other tools in the file', { TOOLS: 'git' }, 'tools: [http]', ['set-twice']],
    [
      'another log level in the file',
      { CLAWDEN_LOG_LEVEL: 'warn' },
      'config: { log_level: info }',
      ['set-twice'],
    ],
    ['an unknown log level', { CLAWDEN_LOG_LEVEL: 'loud' }, undefined, ['wrong-value']],
    ['a runtime in quotes is one error', { RUNTIME: '"openclaw"' }, undefined, ['wrong-value']],
    [
      'a configuration path in quotes is one error',
      { RUNTIME: '', CLAWDEN_CONFIG: '"/x"' },
      undefined,
      ['wrong-value'],
    ],
  ])('is refused: %s', async (_name, more, yaml, wanted) => {
    expect(await codes({ env: { ...env, ...more }, ...(yaml ? { yaml } : {}) })).toEqual(wanted);
  });

  test('$NAME in config is replaced and kept secret, ${NAME} belongs to the runtime', async () => {
    const yaml =
      'config: { a: $MY_THING, b: "${MY_THING}", c: "x $MY_THING", d: [$SHORT], e: $MY_PATH, f: $MY_TOKEN }';
    const values = {
      MY_THING: 'opaque-value',
      SHORT: 'abc',
      MY_PATH: '/some/path',
      MY_TOKEN: '/slashed-token',
    };
    const made = await planOf({ env: { ...env, ...values }, yaml });
    expect(made.native).toEqual({
      a: 'opaque-value',
      b: '${MY_THING}',
      c: 'x $MY_THING',
      d: ['abc'],
      e: '/some/path',
      f: '/slashed-token',
    });
    expect(made.nativeReferences).toEqual([
      { path: ['a'], variable: 'MY_THING', secret: true },
      { path: ['d', 0], variable: 'SHORT', secret: false },
      { path: ['e'], variable: 'MY_PATH', secret: false },
      { path: ['f'], variable: 'MY_TOKEN', secret: true },
    ]);
    expect(made.secrets).toEqual(['opaque-value', '/slashed-token']);
  });

  test('references are whole or embedded, with defaults and dollar signs', async () => {
    const model = async (text: string): Promise<string> =>
      (await planOf({ env: { ...env, A: 'a', EMPTY: '' }, yaml: `model: ${JSON.stringify(text)}` })).provider
        .model;
    expect(await model('x-$A-${A}')).toBe('x-a-a');
    expect(await model('${NONE:-d}-${EMPTY:-e}-${A:-f}')).toBe('d-e-a');
    expect(await model('$$A-$5-$')).toBe('$A-$5-$');
  });

  test('merge keys bring native keys, and own ones win', async () => {
    const yaml = 'x-a: &a { k: 1, l: 1 }\nx-b: &b { l: 2, m: 2 }\nconfig: { <<: [*a, *b], k: 3 }';
    expect((await planOf({ env, yaml })).native).toEqual({ k: 3, l: 1, m: 2 });
  });

  test('a file with nothing in it is no error', async () => {
    for (const yaml of ['', '# only a comment\n', '{}', 'channels:\nconfig:\ntools:\n']) {
      expect((await planOf({ env, yaml })).runtime).toBe('openclaw');
    }
  });
});
