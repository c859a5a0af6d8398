import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runtimes } from '../../runtimes/index.ts';
import { anyFile } from './json-schema/testing.ts';
import { plan } from './plan.ts';
import { planProject } from './project.ts';
import { inputOf } from './testing.ts';

const names = runtimes.map(({ descriptor }) => descriptor.name);

/** What a shell and a .env may hold; some of it decides something, some does not. */
const variables = {
  ANTHROPIC_API_KEY: 'key-of-anthropic',
  OPENAI_API_KEY: 'key-of-openai',
  SOME_KEY: 'key-of-some-provider',
  TELEGRAM_BOT_TOKEN: '111111:token-of-the-bot',
  TELEGRAM_ALLOW_FROM: '1,2',
  TELEGRAM_API_ROOT: 'https://bot.example.com',
  CLAWDEN_LOG_LEVEL: 'debug',
  CLAWDEN_MODEL: 'claude',
  CLAWDEN_PROVIDER: 'anthropic',
  CLAWDEN_STOP_BUDGET: '20',
  CLAWDEN_TOKEN: 'token-of-the-api-0123456789',
  CLAWDEN_ECHO: 'scripted',
  TOOLS: 'git',
  UNRELATED: 'x',
} as const;

const environment = fc
  .subarray(Object.keys(variables) as (keyof typeof variables)[])
  .map((chosen) => Object.fromEntries(chosen.map((name) => [name, variables[name]])));

const toml = fc.constantFrom(
  undefined,
  'tools = ["http"]\n',
  'model = "$CLAWDEN_MODEL"\n[env]\nA = "$UNRELATED"\n',
);

test('what is planned here is planned alike in a container that has only the variables the plan names', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(anyFile(names), environment, toml, async (file, env, defaults) => {
      const world = { yaml: stringify(file), runtimes, ...(defaults ? { toml: defaults } : {}) };
      const image = { runtimes: names, plugins: {} };
      const { instances, problems } = await planProject(inputOf({ ...world, env, image: 'unknown' }));
      if (problems.length > 0) return;
      for (const { id, plan: here } of instances) {
        const given = Object.fromEntries(here.variables.map((name) => [name, env[name] ?? '']));
        const inside = await plan(inputOf({ ...world, image, env: { ...given, CLAWDEN_INSTANCE: id } }));
        expect(inside.hash).toBe(here.hash);
        expect(inside.instance).toBe(id);
        expect(inside.variables.filter((name) => name !== 'CLAWDEN_INSTANCE')).toEqual(here.variables);
        compared++;
      }
    }),
    { numRuns: 1_500 },
  );
  expect(compared).toBeGreaterThan(50);
});
