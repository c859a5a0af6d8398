import { expect, describe as group, test } from 'vitest';
import { describe, type Problem } from '../errors/problem.ts';
import { brokenProjects } from './broken-projects.ts';
import { planProject } from './project.ts';
import { inputOf } from './testing.ts';

const env = {
  ANTHROPIC_API_KEY: 'key-of-the-provider',
  TELEGRAM_BOT_TOKEN: '333333:token-of-the-bot',
  ONE_TOKEN: '111111:token-of-the-bot',
  TWO_TOKEN: '222222:token-of-the-bot',
  HOOK_SECRET: 'hunter2-of-the-hook',
};

async function problemsOf(yaml: string): Promise<readonly Problem[]> {
  const image = { runtimes: ['openclaw', 'zeroclaw'] };
  return (await planProject(inputOf({ yaml, env, image }))).problems;
}

group('a broken clawden.yaml of several instances', () => {
  test.each(brokenProjects)('%j fails at %s with %s: %s', async (yaml, at, code, says) => {
    const problems = await problemsOf(yaml);
    const text = problems.map(describe).join('\n');
    expect(
      problems.map((each) => each.code),
      text,
    ).toEqual([code]);
    expect(text).toMatch(new RegExp(`^clawden\\.yaml:${at} `));
    expect(text).toContain(says);
    expect(text).not.toMatch(/hunter2|token-of-the-bot|key-of-the-provider|undefined|[^$]\{[a-z]+\}/);
  });
});
