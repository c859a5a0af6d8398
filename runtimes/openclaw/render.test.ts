import { describe, expect, test } from 'vitest';
import type { ChannelPlan, JsonObject, RenderInput } from '../contract.ts';
import { heapMiB, render } from './render.ts';
import { discord, input, secrets, slack, telegram } from './testing.ts';

const MiB = 1024 * 1024;
const guild = '197038439483310086';

const cases: Readonly<Record<string, Partial<RenderInput>>> = {
  minimal: {},
  telegram: { channels: [telegram({ fields: { api_root: 'https://bot-api.example.com' } })] },
  'telegram-for-everyone': { channels: [telegram({ allowFrom: ['*'] })] },
  'telegram-unclaimed': { channels: [telegram({ mode: 'unclaimed', allowFrom: [] })] },
  discord: {
    plugins: ['discord'],
    channels: [discord({ fields: { api_root: 'https://discord.example.com/api/v10' } })],
  },
  'discord-guild': { plugins: ['discord'], channels: [discord({ fields: { guild } })] },
  'discord-guild-for-everyone': {
    plugins: ['discord'],
    channels: [discord({ fields: { guild }, allowFrom: ['*'] })],
  },
  slack: {
    plugins: ['slack'],
    channels: [slack({ fields: { api_root: 'https://slack.example.com/api' } })],
  },
  'two-accounts': {
    plugins: ['discord'],
    channels: [
      telegram(),
      telegram({ name: 'news', secrets: { token: secrets.bot2 }, allowFrom: ['*'], groups: 'off' }),
      discord({ name: 'guests', groups: 'all' }),
      discord({ name: 'staff', secrets: { token: secrets.discord2 }, fields: { guild } }),
    ],
  },
  'three-channels': { plugins: ['discord', 'slack'], channels: [telegram(), discord(), slack()] },
  anthropic: {
    model: 'claude-sonnet-4-5',
    door: { dialect: 'anthropic', baseUrl: 'http://127.0.0.1:4001', key: secrets.door },
  },
  debug: { logLevel: 'debug' },
  plugins: { plugins: ['discord', 'slack'], native: { plugins: { allow: ['memory-core', 'slack'] } } },
  'small-memory': { memoryLimit: 1536 * MiB },
  'native-keys': {
    native: {
      session: { dmScope: 'per-peer' },
      agents: { defaults: { heartbeat: { every: '2h' } } },
      hooks: { enabled: true, token: secrets.hook, names: ['a', secrets.hook] },
    },
    references: [
      { path: ['hooks', 'token'], variable: 'hook.token', secret: true },
      { path: ['hooks', 'names', 1], variable: 'hook.token', secret: true },
    ],
  },
};

/** What goes through the secret door beside the gateway's own token, by case. */
const telegramToken = { 'channels/telegram/token': secrets.bot };
const discordToken = { 'channels/discord/token': secrets.discord };
const slackTokens = {
  'channels/slack/bot_token': secrets.slackBot,
  'channels/slack/app_token': secrets.slackApp,
};
const throughTheDoor: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  telegram: telegramToken,
  'telegram-for-everyone': telegramToken,
  discord: discordToken,
  'discord-guild': discordToken,
  'discord-guild-for-everyone': discordToken,
  slack: slackTokens,
  'two-accounts': {
    ...telegramToken,
    'channels/news/token': secrets.bot2,
    'channels/guests/token': secrets.discord,
    'channels/staff/token': secrets.discord2,
  },
  'three-channels': { ...telegramToken, ...discordToken, ...slackTokens },
};

const fileOf = (changes: Partial<RenderInput>): { content: string; json: JsonObject } => {
  const content = render(input(changes)).files[0]?.content ?? '';
  return { content, json: JSON.parse(content) as JsonObject };
};

describe.each(Object.entries(cases))('rendered for the case %s', (name, changes) => {
  const { files, environment, argv, oneTimeSecrets } = render(input(changes));

  test('the file is the golden one', async () => {
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ['/run/clawden/openclaw/openclaw.json', 0o600],
      ['/home/clawden/state/openclaw/secret-door', 0o500],
    ]);
    expect(files[1]?.content).toBe('#!/opt/clawden/bin/door\n');
    await expect(files[0]?.content).toMatchFileSnapshot(`golden/${name}.json`);
  });

  test('the environment is the golden one', async () => {
    const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}\n`);
    await expect(lines.sort().join('')).toMatchFileSnapshot(`golden/${name}.env`);
  });

  test('no secret stands in a file or on the command line', () => {
    for (const secret of Object.values(secrets)) {
      for (const { content } of files) expect(content).not.toContain(secret);
      expect(argv.join(' ')).not.toContain(secret);
    }
  });

  test('the tokens of gateway and bots are in no variable either, only behind the secret door', () => {
    const { door: _door, hook: _hook, ...tokens } = secrets;
    for (const secret of Object.values(tokens))
      expect(Object.values(environment).join()).not.toContain(secret);
    expect(oneTimeSecrets).toEqual({
      'gateway/token': secrets.bearer,
      ...throughTheDoor[name],
    });
  });

  test('the same input gives the same bytes', () => {
    expect(render(input(changes))).toEqual(render(input(changes)));
  });
});

describe('a channel', () => {
  test('that is not configured is switched off by name, for its variable would start it', () => {
    expect(fileOf({}).json['channels']).toEqual({ telegram: { enabled: false } });
  });

  test.each(['unclaimed', 'relayed'] as const)('that is %s hands its token to nobody', (mode) => {
    const changes = { channels: [telegram({ mode, allowFrom: [] })] };
    expect(fileOf(changes).json['channels']).toEqual({ telegram: { enabled: false } });
    expect(JSON.stringify(render(input(changes)))).not.toContain(secrets.bot);
  });

  test('of a plugin that is not in the image is not mentioned, one that is there is switched off', () => {
    const changes = { plugins: ['slack'], channels: [telegram()] };
    expect(fileOf(changes).json['channels']).toMatchObject({ slack: { enabled: false } });
    expect(fileOf(changes).json['channels']).not.toHaveProperty('discord');
  });

  const account = (plan: ChannelPlan): unknown => {
    const all = fileOf({ plugins: ['discord', 'slack'], channels: [plan] }).json['channels'];
    return ((all as JsonObject)[plan.type] as { accounts: JsonObject }).accounts[plan.name];
  };

  test.each([telegram, discord, slack])('hears nothing where others read too with groups: off', (plan) => {
    expect(account(plan({ groups: 'off' }))).toMatchObject({ groupPolicy: 'disabled' });
  });

  test.each([
    ['mention', true],
    ['all', false],
  ] as const)('answers allowed senders only with groups: %s, in every room', (groups, requireMention) => {
    expect(account(telegram({ groups }))).toMatchObject({
      groupPolicy: 'allowlist',
      groupAllowFrom: ['4242', '5555'],
      groups: { '*': { requireMention } },
    });
    const rooms = { '*': { requireMention, users: ['80351110224678912'] } };
    expect(account(discord({ groups }))).toMatchObject({ groupPolicy: 'allowlist', guilds: rooms });
    expect(account(slack({ groups }))).toMatchObject({
      channels: { '*': { requireMention, users: ['U012AB3CD'] } },
    });
  });

  test('of Discord that is kept to one server hears no other', () => {
    expect(account(discord({ fields: { guild } }))).toMatchObject({ guilds: { [guild]: expect.anything() } });
    expect(account(discord({ fields: { guild } }))).not.toHaveProperty('guilds.*');
  });

  test('that is held closed leaves its platform’s address out of the environment', () => {
    const held = discord({ mode: 'unclaimed', allowFrom: [], fields: { api_root: 'https://d.example.com' } });
    const { environment } = render(input({ plugins: ['discord'], channels: [held] }));
    expect(Object.keys(environment).filter((name) => name.startsWith('DISCORD_'))).toEqual([]);
  });

  test('is open to everyone only where "*" is written', () => {
    const policy = (allowFrom: readonly string[]): unknown => account(telegram({ allowFrom }));
    expect(policy(['*', '4242'])).toMatchObject({ dmPolicy: 'open', allowFrom: ['*'] });
    expect(policy(['4242'])).toMatchObject({ dmPolicy: 'allowlist', allowFrom: ['4242'] });
  });
});

test('what the user writes wins over a default, and the list of plugins is extended', () => {
  const { json } = fileOf(cases['plugins'] ?? {});
  expect((json['plugins'] as JsonObject)['allow']).toEqual(['telegram', 'discord', 'slack', 'memory-core']);
  expect(fileOf(cases['native-keys'] ?? {}).json).toMatchObject({
    agents: { defaults: { heartbeat: { every: '2h' }, skipBootstrap: true } },
  });
});

test.each([
  [undefined, 2048],
  [1024, 640],
  [1536, 640],
  [1664, 640],
  [2048, 1024],
  [2560, 1536],
  [3072, 2048],
  [65_536, 2048],
])('under a limit of %s MiB the heap may grow to %s MiB', (limit, heap) => {
  expect(heapMiB(limit === undefined ? undefined : limit * MiB)).toBe(heap);
});

test('the environment carries nothing that starts a channel or restores an old configuration', () => {
  const { environment } = render(input({ channels: [telegram()] }));
  expect(Object.keys(environment).filter((name) => /^(TELEGRAM|DISCORD|SLACK)_/.test(name))).toEqual([]);
  expect(environment).toMatchObject({ OPENCLAW_CONFIG_READONLY: '1', OPENCLAW_SUPERVISOR_MODE: 'external' });
  expect(environment['NODE_OPTIONS']).toContain('--disable-sigusr1');
});

test('a command that a person runs talks to a person, not to a log', () => {
  expect(fileOf({}).json['logging']).toMatchObject({
    consoleStyle: expect.stringMatching(/^\$\{CLAWDEN_CONSOLE_STYLE\}$/),
  });
  const { environment, forPeople } = render(input());
  expect([environment, forPeople].map((each) => each?.['CLAWDEN_CONSOLE_STYLE'])).toEqual(['json', 'pretty']);
});

test('only the debug level warns that conversations are printed', () => {
  expect(render(input()).warnings).toEqual([]);
  expect(render(input({ logLevel: 'debug' })).warnings.join()).toContain('texts of conversations');
});
