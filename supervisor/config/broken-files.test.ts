import { expect, describe as group, test } from 'vitest';
import { describe } from '../errors/problem.ts';
import { brokenFiles } from './broken-files.ts';
import { problemsOf } from './testing.ts';

const env = {
  TELEGRAM_BOT_TOKEN: '123456:token-of-the-bot',
  ANTHROPIC_API_KEY: 'key-of-the-provider',
  FOUR: '4',
  HOOK_SECRET: 'hunter2-of-the-hook',
  OTHER_TOKEN: '77:other-token-of-the-bot',
};

const head = 'runtime: openclaw\n';

group('a broken clawden.yaml', () => {
  test.each(brokenFiles)('%j fails at %s with %s: %s', async (yaml, at, code, says) => {
    const problems = (await problemsOf({ yaml, env })).filter((problem) => !isFollowUp(problem.code, code));
    const [problem] = problems;
    expect(problems.map((each) => each.code)).toEqual([code]);
    const text = problem ? describe(problem) : '';
    if (at) expect(text).toMatch(new RegExp(`^clawden\\.yaml:${at} `));
    expect(text).toContain(says);
    expect(text).not.toMatch(/hunter2|token-of-the-bot|key-of-the-provider|undefined|[^$]\{[a-z]+\}/);
  });

  test('everything wrong is said at once, from top to bottom', async () => {
    const yaml = [
      'runtime: opnclaw',
      'model: $MODL',
      'tools: [htp]',
      'channels: { telegram: { token: "1:hunter2", allow_from: bob } }',
      'config: { port: 80, apiKey: hunter2hunter2 }',
      'nope: 1',
      'nope: 2',
    ].join('\n');
    const problems = await problemsOf({ yaml, env: { ...env, CLAWDEN_MODLE: 'x', CLAWDEN_ECHO: 'loud' } });
    expect(problems.map(({ code, where }) => `${where?.kind === 'file' ? where.line : '-'} ${code}`)).toEqual(
      [
        '- unknown-variable',
        '- wrong-value',
        '1 unknown-runtime',
        '2 missing-reference',
        '3 unknown-tool',
        '4 literal-secret',
        '4 set-twice',
        '4 wrong-value',
        '5 bad-port',
        '5 literal-secret',
        '6 unknown-key',
        '7 yaml-syntax',
      ],
    );
    expect(problems.map(describe).join('\n')).not.toMatch(/hunter2/);
  });

  test('a secret on the line of another error is masked in its frame', async () => {
    const yaml = `${head}channels: { telegram: { token: "1:hunter2", alow_from: 1 } }`;
    const problems = await problemsOf({ yaml, env: {} });
    expect(problems.map(describe).join('\n')).not.toMatch(/hunter2/);
    expect(problems.map(({ code }) => code)).toContain('unknown-key');
  });

  test('aliases that multiply are stopped quickly', async () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? 'x-0: &a0 [1, 1]' : `x-${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
    );
    const started = performance.now();
    const problems = await problemsOf({ yaml: [...levels, 'runtime: openclaw'].join('\n'), env });
    expect(problems.map(({ message }) => message)).toEqual(['aliases multiply beyond reason']);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

/** The same place, seen by the runtime's owner and by the hunter of secrets. */
function isFollowUp(code: string, wanted: string): boolean {
  return wanted === 'literal-secret' && code === 'set-twice';
}
