// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is the syntax under test
import { expect, describe as group, test } from 'vitest';
import { describe } from '../../errors/problem.ts';
import { planOf, problemsOf, type World } from '../testing.ts';

const token = '123456:token-of-the-bot';
const key = 'key-of-the-provider';

group('channels', () => {
  const env = { RUNTIME: 'openclaw', ANTHROPIC_API_KEY: key, TELEGRAM_BOT_TOKEN: token };

  test.each<readonly [string, World]>([
    ['the token variable alone', { env: { ...env, TELEGRAM_ALLOW_FROM: '1,2' } }],
    ['CHANNELS', { env: { ...env, CHANNELS: 'telegram', TELEGRAM_ALLOW_FROM: '1, 2' } }],
    [
      'the file',
      { env, yaml: 'channels: { telegram: { token: $TELEGRAM_BOT_TOKEN, allow_from: [1, "2"] } }' },
    ],
    [
      'the file, with a list from a variable',
      {
        env: { ...env, TELEGRAM_ALLOW_FROM: '1,2' },
        yaml: 'channels: { telegram: { token: "${TELEGRAM_BOT_TOKEN}", allow_from: $TELEGRAM_ALLOW_FROM } }',
      },
    ],
    [
      'the file, its values by the usual variables',
      {
        env: { ...env, TELEGRAM_ALLOW_FROM: '1,2' },
        yaml: 'channels: { telegram: { token: , allow_from: } }',
      },
    ],
    [
      'a secret file',
      {
        env: { RUNTIME: 'openclaw', ANTHROPIC_API_KEY: key, TELEGRAM_ALLOW_FROM: '1,2' },
        files: { '/run/secrets/TELEGRAM_BOT_TOKEN': `${token}\n` },
      },
    ],
  ])('are given by %s, and the plan is the same', async (_name, world) => {
    const made = await planOf(world);
    expect(made.channels).toEqual([
      {
        name: 'telegram',
        type: 'telegram',
        mode: 'native',
        serves: 'native',
        groups: 'mention',
        fields: {},
        secrets: { token },
        allowFrom: ['1', '2'],
      },
    ]);
    expect(made.notices).toEqual([]);
  });

  test('without allow_from wait for their owner, and that is said', async () => {
    const made = await planOf({ env });
    expect(made.channels).toMatchObject([{ mode: 'unclaimed', serves: 'native', allowFrom: [] }]);
    expect(made.notices.join()).toMatch(
      /channel telegram has no allow_from: until it has an owner, .* whoever first sends it the one-time code/,
    );
  });

  test('open to everyone are so loudly', async () => {
    const made = await planOf({ env: { ...env, TELEGRAM_ALLOW_FROM: '*,5' } });
    expect(made.channels).toMatchObject([{ mode: 'native', allowFrom: ['*'] }]);
    expect(made.notices.join()).toContain('EVERYONE');
  });

  test('may have a name of their own and a server of their own', async () => {
    const yaml =
      'channels: { zc-telegram: { type: telegram, token: $ZC_TOKEN, allow_from: "*", api_root: "http://bots:8081/" } }';
    const made = await planOf({
      env: { RUNTIME: 'openclaw', ANTHROPIC_API_KEY: key, ZC_TOKEN: '77:zc-token' },
      yaml,
    });
    expect(made.channels).toMatchObject([
      {
        name: 'zc-telegram',
        type: 'telegram',
        fields: { api_root: 'http://bots:8081' },
        secrets: { token: '77:zc-token' },
      },
    ]);
  });

  test.each<readonly [string, World, readonly string[], string]>([
    [
      'an unknown type',
      { env: { ...env, CHANNELS: 'telegrm' } },
      ['unknown-channel'],
      'did you mean "telegram"',
    ],
    [
      'no token',
      { env: { RUNTIME: 'openclaw', ANTHROPIC_API_KEY: key, CHANNELS: 'telegram' } },
      ['missing-key'],
      'docker run -e TELEGRAM_BOT_TOKEN',
    ],
    [
      'an allow list that nobody uses',
      { env: { RUNTIME: 'openclaw', ANTHROPIC_API_KEY: key, TELEGRAM_ALLOW_FROM: '1' } },
      ['missing-key'],
      'TELEGRAM_BOT_TOKEN is missing',
    ],
    [
      'a user name',
      { env: { ...env, TELEGRAM_ALLOW_FROM: 'alice' } },
      ['wrong-value'],
      'TELEGRAM_ALLOW_FROM: "alice" is none',
    ],
    [
      'a token that is none',
      { env: { ...env, TELEGRAM_BOT_TOKEN: 'hunter2' } },
      ['wrong-value'],
      'TELEGRAM_BOT_TOKEN: does not look like one',
    ],
    [
      'other names in the file',
      {
        env: { ...env, CHANNELS: 'telegram' },
        yaml: 'channels: { work: { type: telegram, token: $TELEGRAM_BOT_TOKEN } }',
      },
      ['set-twice'],
      'variable CHANNELS',
    ],
    [
      'another list in the file',
      { env: { ...env, TELEGRAM_ALLOW_FROM: '1' }, yaml: 'channels: { telegram: { allow_from: 2 } }' },
      ['set-twice'],
      'channels.telegram.allow_from',
    ],
    [
      'one token in two channels',
      { env, yaml: 'channels:\n  telegram:\n  b: { type: telegram, token: $TELEGRAM_BOT_TOKEN }' },
      ['token-twice'],
      'channel b has the same token as channel telegram',
    ],
  ])('are refused: %s', async (_name, world, wanted, says) => {
    const problems = await problemsOf(world);
    expect(problems.map(({ code }) => code)).toEqual(wanted);
    expect(problems.map(describe).join('\n')).toContain(says);
    expect(problems.map(describe).join('\n')).not.toMatch(/hunter2|token-of-the-bot/);
  });

  test('of variables that no channel uses are mentioned', async () => {
    const made = await planOf({ env, yaml: 'channels: {}' });
    expect(made.channels).toEqual([]);
    expect(made.notices.join()).toContain('TELEGRAM_BOT_TOKEN: not used');
  });

  test('that a misspelt variable may mean are mentioned', async () => {
    const made = await planOf({ env: { RUNTIME: 'openclaw', TELEGRAM_TOKEN: token } });
    expect(made.channels).toEqual([]);
    expect(made.notices.join('\n')).toContain(
      'TELEGRAM_TOKEN: not used (did you mean "TELEGRAM_BOT_TOKEN"?)',
    );
    expect(made.notices.join('\n')).not.toContain(token);
  });
});
