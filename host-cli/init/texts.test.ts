import { describe, expect, it } from 'vitest';
import { channelTypes } from '../../supervisor/channels/fields.ts';
import { providers } from '../../supervisor/providers/table.ts';
import { parseDotenv } from '../dotenv.ts';
import type { Sources } from '../variables.ts';
import { clawdenYaml, dotenvText, gitignoreText, needsOf } from './texts.ts';
import type { Wishes } from './wishes.ts';

const telegram = channelTypes.filter(({ type }) => type === 'telegram');
const provider = (name: string) => providers.filter((each) => each.name === name)[0];
const wishes = (changes: Partial<Wishes> = {}): Wishes => ({
  runtime: 'openclaw',
  channels: telegram.map((type) => ({ type, allowFrom: ['12345', '12345678901234567890'] })),
  tools: ['git', 'http'],
  values: new Map(),
  ...changes,
});
const sources = (environment: Record<string, string> = {}): Sources => ({ environment, dotenv: new Map() });

describe('a new clawden.yaml', () => {
  it('says what was wished, secrets by name only, long ids unrounded', () => {
    const anthropic = provider('anthropic');
    const text = clawdenYaml(wishes({ ...(anthropic ? { provider: anthropic } : {}), model: 'm: 1' }));
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:\S+\.json\n/);
    expect(text.split('\n').slice(1)).toEqual([
      'runtime: openclaw',
      'provider: anthropic',
      'model: "m: 1"',
      'channels:',
      '  telegram:',
      '    token: $TELEGRAM_BOT_TOKEN',
      '    allow_from: [12345, "12345678901234567890"]',
      'tools: [git, http]',
      '',
    ]);
  });
});

describe('the variables it needs', () => {
  const names = (name: string, environment = {}): readonly string[] => {
    const chosen = provider(name);
    return needsOf(wishes(chosen ? { provider: chosen } : {}), sources(environment)).map((need) => need.name);
  };
  it.each([
    ['anthropic', {}, ['ANTHROPIC_API_KEY', 'TELEGRAM_BOT_TOKEN']],
    ['google', { GEMINI_API_KEY: 'x' }, ['TELEGRAM_BOT_TOKEN']],
    ['custom', { TELEGRAM_BOT_TOKEN: 'x' }, ['CLAWDEN_BASE_URL', 'CLAWDEN_API_KEY']],
    ['echo', { TELEGRAM_BOT_TOKEN: 'x' }, []],
  ])('are, for %s and %j, those that nobody has set', (name, environment, wanted) => {
    expect(names(name, environment)).toEqual(wanted);
  });
});

describe('.env', () => {
  const needs = [
    { name: 'A', comment: 'first', secret: true },
    { name: 'B', comment: 'second', secret: true },
  ];

  it('keeps every line it has and gets what is missing at its end', () => {
    const before = '# mine\nA=old\nOTHER="x\ny"';
    expect(dotenvText(before, needs, new Map())).toBe(`${before}\n# second\nB=\n`);
    expect(dotenvText(before, [], new Map())).toBe(before);
  });

  it('gets a typed value after an empty line of that name, which reading takes', () => {
    const text = dotenvText('A=\n', needs, new Map([['A', 'new']]));
    expect(parseDotenv(text, '.env').filter(({ name }) => name === 'A')).toMatchObject([
      { value: '' },
      { value: 'new' },
    ]);
  });

  it.each(['plain-1:2', 'with space', "it's", 'a"b$c\\d\'e', '# no comment', '`x`'])(
    'gives back the value as it was typed: %s',
    (value) => {
      const text = dotenvText(undefined, needs, new Map([['A', value]]));
      expect(parseDotenv(text, '.env')[0]).toMatchObject({ name: 'A', value });
    },
  );
});

describe('.gitignore', () => {
  it.each([
    [undefined, '.env\n.clawden/\n'],
    ['dist/', 'dist/\n.env\n.clawden/\n'],
    ['/.env\r\n.clawden\n', '/.env\r\n.clawden\n'],
  ])('of %j becomes %j', (before, after) => {
    expect(gitignoreText(before)).toBe(after);
    expect(gitignoreText(after)).toBe(after);
  });
});
