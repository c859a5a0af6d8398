import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import type { JsonObject, RenderInput } from '../contract.ts';
import { aliasesOf, aliasOf } from './aliases.ts';
import { render } from './render.ts';
import { input, secrets, telegram } from './testing.ts';

const cases: Readonly<Record<string, Partial<RenderInput>>> = {
  minimal: {},
  telegram: { channels: [telegram({ fields: { api_root: 'https://bot-api.example.com' } })] },
  'telegram-for-everyone': { channels: [telegram({ name: 'my-Bot', allowFrom: ['*'] })] },
  'two-accounts': {
    channels: [telegram(), telegram({ name: 'news', secrets: { token: secrets.bot2 }, groups: 'all' })],
  },
  'telegram-unclaimed': { channels: [telegram({ mode: 'unclaimed', allowFrom: [] })] },
  anthropic: {
    model: 'claude-sonnet-4-5',
    door: { dialect: 'anthropic', baseUrl: 'http://127.0.0.1:4001', key: secrets.door },
  },
  debug: { logLevel: 'debug' },
  'native-keys': {
    native: {
      memory: { auto_save: false },
      risk_profiles: { clawden: { level: 'full', allowed_tools: ['file_read'] } },
      mcp: {
        servers: [
          { name: 'files', command: 'mcp-files' },
          { name: 'far', transport: 'http', url: 'https://x' },
        ],
      },
      cron: { night: { command: 'date', schedule: { kind: 'cron', expr: '0 3 * * *' } } },
      web_search: { search_provider: 'brave', brave_api_key: secrets.search },
      reliability: { api_keys: ['one', secrets.search] },
    },
    references: [
      { path: ['web_search', 'search_provider'], variable: 'ENGINE', secret: false },
      { path: ['web_search', 'brave_api_key'], variable: 'BRAVE_KEY', secret: true },
      { path: ['reliability', 'api_keys', 1], variable: 'BRAVE_KEY', secret: true },
    ],
  },
};

const fileOf = (changes: Partial<RenderInput>): JsonObject =>
  parse(render(input(changes)).files[0]?.content ?? '') as unknown as JsonObject;

describe.each(Object.entries(cases))('rendered for the case %s', (name, changes) => {
  const { files, environment, argv, validators } = render(input(changes));

  test('the file is the golden one', async () => {
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ['/home/clawden/state/zeroclaw/config.toml', 0o600],
    ]);
    await expect(files[0]?.content).toMatchFileSnapshot(`golden/${name}.toml`);
  });

  test('the environment is the golden one', async () => {
    const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}\n`);
    await expect(lines.sort().join('')).toMatchFileSnapshot(`golden/${name}.env`);
  });

  test('no secret stands in a file or on a command line', () => {
    for (const secret of Object.values(secrets)) {
      for (const { content } of files) expect(content).not.toContain(secret);
      for (const line of [argv, ...validators.map((each) => each.argv)])
        expect(line.join(' ')).not.toContain(secret);
    }
  });

  test('the same input gives the same bytes', () => {
    expect(render(input(changes))).toEqual(render(input(changes)));
  });

  test('every lower-case variable is one that its own mirror takes', () => {
    for (const key of Object.keys(environment).filter((variable) => /^ZEROCLAW_[a-z]/.test(variable))) {
      expect(key).toMatch(/^ZEROCLAW_[a-z0-9]+(_[a-z0-9]+)*(__[a-z0-9]+(_[a-z0-9]+)*)+$/);
    }
  });
});

describe('a channel', () => {
  test.each(['unclaimed', 'relayed'] as const)(
    'that is %s is not written, and hands its token to nobody',
    (mode) => {
      const changes = { channels: [telegram({ mode, allowFrom: [] })] };
      expect(fileOf(changes)).not.toHaveProperty('channels');
      expect(Object.values(render(input(changes)).environment)).not.toContain(secrets.bot);
    },
  );

  test('always has a peer group, of texts: without one ZeroClaw prints a code that lets anybody in', () => {
    expect(fileOf({ channels: [telegram()] })['peer_groups']).toEqual({
      telegram_telegram: { channel: 'telegram.telegram', external_peers: ['4242', '5555'] },
    });
  });

  test('is bound to the agent, which asks no model whether to answer', () => {
    expect(fileOf({ channels: [telegram({ name: 'my-bot' })] })['agents']).toMatchObject({
      clawden: { channels: ['telegram.my_bot'], precheck: { enabled: false } },
    });
  });
});

test.each([
  ['telegram', 'telegram'],
  ['My-Bot', 'my_bot'],
  ['a__b--c', 'a_b_c'],
  ['-x-', 'x'],
  ['ÄÖ', 'main'],
  [`${'a'.repeat(62)}-b`, 'a'.repeat(60)],
])('the name %s gives the alias %s', (name, alias) => {
  expect(aliasOf(name)).toBe(alias);
});

test('names that would become one alias get different ones, and each keeps its own token', () => {
  const plans = ['my-bot', 'my_bot'].map((name) => telegram({ name, secrets: { token: `1:${name}` } }));
  const { environment, channelNames } = render(input({ channels: plans }));
  expect(aliasesOf(plans)).toEqual({ 'my-bot': 'my_bot', my_bot: 'my_bot_2' });
  expect(channelNames).toEqual({ 'my-bot': 'telegram.my_bot', my_bot: 'telegram.my_bot_2' });
  expect(environment).toMatchObject({
    ZEROCLAW_channels__telegram__my_bot__bot_token: '1:my-bot',
    ZEROCLAW_channels__telegram__my_bot_2__bot_token: '1:my_bot',
  });
});

test('in groups it answers who mentions it, or everything of an allowed sender', () => {
  const mentionOnly = (groups: 'mention' | 'all'): unknown =>
    fileOf({ channels: [telegram({ groups })] })['channels'];
  expect(mentionOnly('mention')).toMatchObject({ telegram: { telegram: { mention_only: true } } });
  expect(mentionOnly('all')).toMatchObject({ telegram: { telegram: { mention_only: false } } });
});

test('the user is warned of programs that inherit secrets, and of an agent that asks nobody', () => {
  const { warnings } = render(input(cases['native-keys']));
  expect(warnings).toHaveLength(3);
  for (const words of ['"files" runs as a program', 'config.cron.night', 'level is "full"']) {
    expect(warnings.join('\n')).toContain(words);
  }
  expect(render(input()).warnings).toEqual([]);
  expect(render(input({ logLevel: 'debug' })).warnings.join()).toContain('texts of conversations');
});

test('ZeroClaw is told at every level but debug to keep texts of conversations out of its log', () => {
  const level = (logLevel: RenderInput['logLevel']) => render(input({ logLevel })).environment['RUST_LOG'];
  expect([level('error'), level('warn'), level('info'), level('debug')]).toEqual([
    'error',
    'warn',
    'warn',
    'debug',
  ]);
});
