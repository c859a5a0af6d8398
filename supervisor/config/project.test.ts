import { expect, describe as group, test } from 'vitest';
import { describe } from '../errors/problem.ts';
import { type ProjectPlan, planProject } from './project.ts';
import { inputOf, planOf, problemsOf, type World } from './testing.ts';

const env = {
  ANTHROPIC_API_KEY: 'key-of-anthropic',
  ZC_TELEGRAM_TOKEN: '111111:token-of-the-first',
  OC_TELEGRAM_TOKEN: '222222:token-of-the-second',
  TELEGRAM_BOT_TOKEN: '333333:token-of-nobody',
};
const image = { runtimes: ['openclaw', 'zeroclaw'] };
const both = `
provider: anthropic
env: { EDITOR: vim, PAGER: less }
channels:
  zc-telegram: { type: telegram, token: $ZC_TELEGRAM_TOKEN, allow_from: [1] }
  oc-telegram: { type: telegram, token: $OC_TELEGRAM_TOKEN }
runtimes:
  - name: zeroclaw
    channels: [zc-telegram]
    tools: [git]
    config: { port: 4000 }
  - name: openclaw
    id: work
    channels: [oc-telegram]
    model: another
    env: { EDITOR: nano }
    memory: 3G
`;

const project = (yaml: string, more: World = {}): Promise<ProjectPlan> =>
  planProject(inputOf({ env, image, ...more, yaml }));

group('a file with several runtimes', () => {
  test('plans each with its own channels over the common settings', async () => {
    const { instances, problems, ids } = await project(both);
    expect(problems).toEqual([]);
    expect(ids).toEqual(['zeroclaw', 'work']);
    const [first, second] = instances;
    expect(first?.plan).toMatchObject({
      instance: 'zeroclaw',
      runtime: 'zeroclaw',
      tools: ['git'],
      port: 4000,
      env: { EDITOR: 'vim', PAGER: 'less' },
      channels: [{ name: 'zc-telegram', type: 'telegram', mode: 'native', allowFrom: ['1'] }],
    });
    expect(second?.plan).toMatchObject({
      instance: 'work',
      runtime: 'openclaw',
      tools: [],
      port: 18_789,
      provider: { model: 'another' },
      env: { EDITOR: 'nano', PAGER: 'less' },
      host: { memory: '3g' },
      channels: [{ name: 'oc-telegram', mode: 'unclaimed' }],
    });
  });

  test('names for each container the variables that it needs, and no others', async () => {
    const { instances } = await project(both);
    expect(instances.map(({ plan }) => plan.variables)).toEqual([
      ['ANTHROPIC_API_KEY', 'ZC_TELEGRAM_TOKEN'],
      ['ANTHROPIC_API_KEY', 'OC_TELEGRAM_TOKEN'],
    ]);
  });

  test('names apart what its tools take', async () => {
    const more = { image: { ...image, toolVariables: { git: ['GIT_TOKEN', 'GIT_NAME'], http: ['A'] } } };
    const { instances } = await project(both, { ...more, env: { ...env, GIT_TOKEN: 'abcdefgh', A: 'b' } });
    expect(instances.map(({ plan }) => plan.toolVariables)).toEqual([['GIT_TOKEN'], []]);
  });

  test('is planned alike inside the container, where only its own variables are', async () => {
    const { OC_TELEGRAM_TOKEN, ANTHROPIC_API_KEY } = env;
    const inside = { OC_TELEGRAM_TOKEN, ANTHROPIC_API_KEY, CLAWDEN_INSTANCE: 'work' };
    const made = await planOf({ yaml: both, env: inside, image });
    const { instances } = await project(both);
    expect(made.hash).toBe(instances[1]?.plan.hash);
  });

  test('is chosen from by its only entry, its name, or its runtime', async () => {
    const world = { yaml: both, env, image };
    expect((await planOf({ ...world, runtime: 'zeroclaw' })).instance).toBe('zeroclaw');
    expect((await planOf({ ...world, runtime: 'openclaw' })).instance).toBe('work');
    expect((await planOf({ ...world, runtime: 'work' })).runtime).toBe('openclaw');
    expect((await planOf({ ...world, yaml: 'runtimes: [zeroclaw]' })).instance).toBe('zeroclaw');
    const unclear = await problemsOf(world);
    expect(unclear.map(describe).join()).toContain('has 2 instances and none is chosen');
    const wrong = await problemsOf({ ...world, env: { ...env, CLAWDEN_INSTANCE: 'wrk' } });
    expect(wrong.map(describe).join()).toMatch(/"wrk" is not in clawden.yaml \(did you mean "work"\?\)/);
  });

  test('may merge the same anchor into each of a thousand entries', async () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => `  - { <<: *quiet, id: agent-${index} }`);
    const quiet = 'x-quiet: &quiet { name: openclaw, tools: [git], config: { a: [1, 2, 3], b: { c: d } } }';
    const { instances, problems } = await project([quiet, 'runtimes:', ...entries].join('\n'), { env: {} });
    expect(problems).toEqual([]);
    expect(instances).toHaveLength(1_000);
    expect(instances[999]?.plan).toMatchObject({ tools: ['git'], native: { a: [1, 2, 3], b: { c: 'd' } } });
  });

  test('says what is wrong with common settings once, not once an instance', async () => {
    const { problems } = await project(both.replace('vim', '$NO_EDITOR').replace('nano', '$NO_NANO'));
    expect(problems.map(({ message }) => message)).toEqual([
      'env.EDITOR refers to $NO_EDITOR, which is not set',
      'env.EDITOR refers to $NO_NANO, which is not set',
    ]);
  });
});

group('providers by name', () => {
  const own = (more: string): string => `runtime: openclaw\n${more}`;

  test('bring their own key and address', async () => {
    const yaml = own(
      'provider: mine\nmodel: m\nproviders:\n  mine: { type: openai, api_key: $MY_KEY, base_url: "https://llm.example/v1/" }\n  other: { type: groq, api_key: $NO_KEY }',
    );
    const { instances, problems } = await project(yaml, { env: { MY_KEY: 'my-own-key-1' } });
    expect(problems).toEqual([]);
    expect(instances[0]?.plan.provider).toMatchObject({
      provider: { name: 'mine' },
      apiKey: 'my-own-key-1',
      baseUrl: 'https://llm.example/v1',
      dialect: 'openai',
    });
    expect(instances[0]?.plan.secrets).toContain('my-own-key-1');
    expect(instances[0]?.plan.variables).toEqual(['MY_KEY']);
  });
});

group('site defaults', () => {
  const toml =
    '# ours\nmodel = "site-model"\ntools = ["git"]\n[env]\nEDITOR = "ed"\n[config]\nlog_level = "warn"\n';

  test('stand below the file, key by key', async () => {
    const made = await planOf({ toml, yaml: 'runtime: openclaw\ntools: []\nenv: {PAGER: less}' });
    expect(made).toMatchObject({ tools: [], env: { EDITOR: 'ed', PAGER: 'less' }, logLevel: 'warn' });
    expect(made.provider.model).toBe('site-model');
    expect(made.origins['model']).toMatchObject({ file: '/etc/clawden/defaults.toml', line: 2 });
    expect(made.origins['env.EDITOR']).toMatchObject({ file: '/etc/clawden/defaults.toml', line: 5 });
  });

  test('count without a file too, and comments alone say nothing', async () => {
    expect((await planOf({ toml, runtime: 'openclaw' })).tools).toEqual(['git']);
    expect((await planOf({ toml: '# nothing\n\n', runtime: 'openclaw' })).tools).toEqual([]);
  });

  test.each([
    ['model = \n', /defaults.toml:1:\d+ .*\[toml-syntax\]/],
    ['modl = "x"\n', /defaults.toml:1:1 {2}unknown key "modl" \(did you mean "model"\?\)/],
    ['[channels.telegram]\n', /unknown key "channels"/],
    ['tools = 5\n', /defaults.toml:1:1 {2}tools: is 5/],
  ])('%j is refused with its line', async (text, says) => {
    const found = await problemsOf({ toml: text, runtime: 'openclaw' });
    expect(found.map(describe).join('\n')).toMatch(says);
  });
});

group('an instance', () => {
  test('takes env, a common allow_from, a name, and what the launcher needs', async () => {
    const yaml = `runtime: openclaw\nid: mine\nallow_from: [7]\nchannels: [telegram]\ncpus: 1.5\nimage: me/it:1\nworkspace: ./w\nenv: {N: 5, T: true}`;
    const made = await planOf({
      yaml,
      env: { TELEGRAM_BOT_TOKEN: '1:aaaaaaaaaa', OPENAI_API_KEY: 'abcdefgh' },
    });
    expect(made).toMatchObject({
      instance: 'mine',
      env: { N: '5', T: 'true' },
      channels: [{ name: 'telegram', allowFrom: ['7'] }],
      host: { cpus: 1.5, image: 'me/it:1', workspace: './w' },
    });
    expect((await planOf({ yaml: 'runtime: openclaw', env: { CLAWDEN_INSTANCE: 'second' } })).instance).toBe(
      'second',
    );
  });
});
