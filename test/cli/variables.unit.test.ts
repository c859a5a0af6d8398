import { describe, expect, it } from 'vitest';
import { type Additions, noAdditions } from '../../host-cli/given.ts';
import { valuesFor, withToken } from '../../host-cli/launch/sources.ts';
import { planOneHere } from '../../host-cli/planning.ts';
import type { Sources } from '../../host-cli/variables.ts';

const TOKEN = 'token-of-this-project';
const BOT = '123456789:canary-AAF';
const project = { id: 'abcd1234', directory: '/nowhere' };

interface World {
  readonly environment?: Record<string, string>;
  readonly dotenv?: Record<string, string>;
  readonly additions?: Partial<Additions>;
  readonly yaml?: string;
}

/** What a container gets, as `run` decides it. */
async function given({
  environment = {},
  dotenv = {},
  additions,
  yaml,
}: World): Promise<Record<string, string>> {
  const sources: Sources = {
    environment: { ...environment, CLAWDEN_TOKEN: TOKEN },
    dotenv: new Map(Object.entries(dotenv)),
  };
  const { given: found } = withToken(project, sources, { ...noAdditions, ...additions });
  const path = 'clawden.yaml';
  const file = yaml === undefined ? undefined : { path, location: `/nowhere/${path}`, text: yaml };
  const runtime = file ? undefined : 'openclaw';
  const made = await planOneHere({ file, given: found, defaults: undefined, image: undefined, runtime });
  expect(made.problems.map(({ message }) => message)).toEqual([]);
  const names = made.instances[0]?.plan.variables ?? [];
  const { CLAWDEN_TOKEN, ...rest } = Object.fromEntries(valuesFor(names, found));
  expect(CLAWDEN_TOKEN).toBe(TOKEN);
  return rest;
}

describe('what the container gets', () => {
  it('is what decided something, and nothing else of the caller', async () => {
    const used = { ANTHROPIC_API_KEY: 'sk-k', TELEGRAM_BOT_TOKEN: BOT, CLAWDEN_MODEL: 'm' };
    expect(await given({ environment: { ...used, USER: 'me', AWS_KEY: 'x' } })).toEqual(used);
  });

  it('takes .env where the environment has no say', async () => {
    const dotenv = { OPENAI_API_KEY: 'file', CLAWDEN_MODEL: 'file', DB: 'x' };
    expect(await given({ environment: { OPENAI_API_KEY: 'env' }, dotenv })).toEqual({
      OPENAI_API_KEY: 'env',
      CLAWDEN_MODEL: 'file',
    });
  });

  it('takes one provider’s key when that provider is chosen', async () => {
    const chosen = { OPENAI_API_KEY: 'o', CLAWDEN_PROVIDER: 'openai' };
    expect(await given({ environment: { ...chosen, ANTHROPIC_API_KEY: 'a' } })).toEqual(chosen);
  });

  it('leaves out what only this command can mean', async () => {
    const environment = { CLAWDEN_IMAGE: 'i', CLAWDEN_ENGINE: 'e', CLAWDEN_TEST_IMAGE: 't' };
    expect(await given({ environment })).toEqual({});
  });

  it('is what the file refers to', async () => {
    const yaml = 'runtime: openclaw\nenv: {NOTE: $NOTE}\n';
    expect(await given({ environment: { NOTE: 'hello', OTHER: 'x' }, yaml })).toEqual({ NOTE: 'hello' });
  });

  it('is what -e says, whether anything needs it or not', async () => {
    const additions = { typed: ['HERE', 'THERE', 'GIVEN=a=b', 'EMPTY='] };
    expect(await given({ environment: { HERE: '1' }, dotenv: { THERE: '2' }, additions })).toEqual({
      HERE: '1',
      THERE: '2',
      GIVEN: 'a=b',
      EMPTY: '',
    });
  });
});
