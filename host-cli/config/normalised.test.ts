// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of clawden.yaml
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runtimes } from '../../runtimes/index.ts';
import { anyFile } from '../../supervisor/config/json-schema/testing.ts';
import { planProject } from '../../supervisor/config/project.ts';
import { inputOf, type World } from '../../supervisor/config/testing.ts';
import { normalised } from './normalised.ts';

const names = runtimes.map(({ descriptor }) => descriptor.name);
const env = {
  ANTHROPIC_API_KEY: 'canary-of-the-provider',
  OPENAI_API_KEY: 'canary-of-the-other-provider',
  SOME_KEY: 'canary-of-some-provider',
  TELEGRAM_BOT_TOKEN: '111111:canary-of-the-bot',
  WORK_TOKEN: 'canary-of-the-work',
  PLAIN: 'a plain $ sentence',
};

const planAll = (world: World) => planProject(inputOf({ runtimes, image: 'unknown', env, ...world }));

async function again(
  world: World,
): Promise<{ before: readonly string[]; after: readonly string[]; yaml: string }> {
  const { instances } = await planAll(world);
  const [only, another] = instances;
  const document = another
    ? { runtimes: instances.map(({ plan }) => normalised(plan, 'entry')) }
    : only && normalised(only.plan, 'single');
  const yaml = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  const second = await planAll({ ...world, yaml });
  expect(second.problems, yaml).toEqual([]);
  const hashes = (plans: typeof instances): readonly string[] => plans.map(({ plan }) => plan.hash);
  return { before: hashes(instances), after: hashes(second.instances), yaml };
}

describe('the YAML that config show prints', () => {
  it('comes to the same plan when it is planned itself, and holds no secret', {
    timeout: 120_000,
  }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(anyFile(names), async (file) => {
        const world = { yaml: stringify(file), env: withoutChoice(file) };
        if ((await planAll(world)).problems.length > 0) return;
        const { before, after, yaml } = await again(world);
        // A word of six characters in the place of a key is no secret, but hidden all the same.
        if (!yaml.includes('(set)')) expect(after, yaml).toEqual(before);
        expect(yaml).not.toContain('canary');
        compared++;
      }),
      { numRuns: 1_000 },
    );
    expect(compared).toBeGreaterThan(30);
  });

  it.each<[string, World]>([
    [
      'dollars and references',
      {
        yaml: 'runtime: openclaw\nprovider: anthropic\nenv: { A: "$$x", B: "${PLAIN}", C: "a-$WORK_TOKEN" }',
      },
    ],
    [
      'references in native keys',
      { yaml: 'runtime: openclaw\nprovider: anthropic\nconfig: { a: [{ token: $WORK_TOKEN }], b: "${X}" }' },
    ],
    ['no channels on purpose', { yaml: 'runtime: openclaw\nprovider: anthropic\nchannels: {}\n' }],
    [
      'a server of my own',
      {
        yaml: 'runtime: openclaw\nmodel: m\nproviders: { mine: { base_url: "http://llm:1/v1/", api_key: $SOME_KEY } }',
      },
    ],
    [
      'an address by variable',
      { yaml: 'runtime: openclaw\nprovider: custom\nmodel: m', env: { CLAWDEN_BASE_URL: 'http://llm:1/v1' } },
    ],
    [
      'site defaults',
      { toml: 'tools = ["git"]\n[env]\nA = "b"\n', yaml: 'runtime: openclaw\ntools: []\nprovider: echo' },
    ],
  ])('keeps %s', async (_what, world) => {
    const { before, after, yaml } = await again(world);
    expect(before).toHaveLength(1);
    expect(after, yaml).toEqual(before);
    expect(yaml).not.toContain('canary');
  });
});

/** Without a provider in the file, two keys would leave the choice open. */
function withoutChoice(file: unknown): Readonly<Record<string, string>> {
  const { OPENAI_API_KEY, ...others } = env;
  return JSON.stringify(file).includes('openai') ? { ...others, OPENAI_API_KEY } : others;
}
