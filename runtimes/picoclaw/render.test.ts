import { describe, expect, test } from 'vitest';
import type { JsonObject, RenderInput } from '../contract.ts';
import { render } from './render.ts';
import { discord, input, secrets, slack, telegram } from './testing.ts';

const cases: Readonly<Record<string, Partial<RenderInput>>> = {
  minimal: {},
  telegram: { channels: [telegram({ fields: { api_root: 'https://bot-api.example.com' } })] },
  'telegram-for-everyone': { channels: [telegram({ allowFrom: ['*'] })] },
  slack: { channels: [slack()] },
  'two-channels': { channels: [telegram(), slack({ allowFrom: ['*'] })] },
  'two-accounts': {
    channels: [
      telegram(),
      telegram({ name: 'news', secrets: { token: secrets.bot2 }, groups: 'all' }),
      discord(),
    ],
  },
  anthropic: {
    model: 'claude-sonnet-4-5',
    door: { dialect: 'anthropic', baseUrl: 'http://127.0.0.1:4001', key: secrets.door },
  },
  'native-keys': {
    logLevel: 'debug',
    native: {
      heartbeat: { enabled: true, interval: 60 },
      agents: { defaults: { max_tool_iterations: 10 } },
      tools: { exec: { enabled: false }, web: { brave: { enabled: true, api_keys: [secrets.search] } } },
      channel_list: {
        room: {
          enabled: true,
          type: 'matrix',
          allow_from: ['@ann:example.org'],
          settings: { user_id: '@den:example.org', access_token: secrets.search },
        },
      },
    },
    references: [
      { path: ['tools', 'web', 'brave', 'api_keys', 0], variable: 'SEARCH_KEY', secret: true },
      { path: ['channel_list', 'room', 'settings', 'access_token'], variable: 'SEARCH_KEY', secret: true },
    ],
  },
};

const configOf = (changes: Partial<RenderInput>): JsonObject =>
  JSON.parse(render(input(changes)).files.at(-1)?.content ?? '') as JsonObject;
const at = (value: JsonObject, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (inner as JsonObject | undefined)?.[key], value);

describe.each(Object.entries(cases))('rendered for the case %s', (name, changes) => {
  const { files, environment, argv } = render(input(changes));
  const config = files.at(-1);

  test('the configuration is the golden one, with the environment and the names of its secret files', async () => {
    await expect(config?.content).toMatchFileSnapshot(`golden/${name}.json`);
    const lines = [
      ...Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      ...files.map(({ path, mode, readOnce }) => `${mode.toString(8)} ${path}${readOnce ? ' once' : ''}`),
    ];
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('secrets stand only in private files that are read once', () => {
    for (const secret of Object.values(secrets)) {
      for (const { content, readOnce, mode } of files) {
        expect(mode).toBe(0o600);
        if (!readOnce) expect(content).not.toContain(secret);
      }
      expect(JSON.stringify([argv, environment])).not.toContain(secret);
    }
  });

  test('the same input gives the same bytes', () => {
    expect(render(input(changes))).toEqual(render(input(changes)));
  });
});

describe('a channel', () => {
  test.each(['unclaimed', 'relayed'] as const)('that is %s hands its token to nobody', (mode) => {
    const changes = { channels: [telegram({ mode, allowFrom: [] })] };
    expect(at(configOf(changes), 'channel_list', 'telegram')).toBeUndefined();
    expect(JSON.stringify(render(input(changes)))).not.toContain(secrets.bot);
  });

  test('always names who may talk to it, since an empty list is everyone', () => {
    const allowed = (allowFrom: readonly string[]): unknown =>
      at(configOf({ channels: [telegram({ allowFrom })] }), 'channel_list', 'telegram', 'allow_from');
    expect(allowed(['4242'])).toEqual(['4242']);
    expect(allowed(['*', '4242'])).toEqual(['*']);
  });

  test('that the user writes natively keeps what PicoClaw has by default for its type', () => {
    const native = { channel_list: { matrix: { enabled: true, group_trigger: { prefixes: ['!'] } } } };
    expect(at(configOf({ native }), 'channel_list', 'matrix')).toMatchObject({
      group_trigger: { mention_only: true, prefixes: ['!'] },
      settings: { homeserver: 'https://matrix.org', join_on_invite: true },
    });
  });

  test('has a key of its own: the user’s entries and the relay’s keep theirs', () => {
    const native = { channel_list: { room: { enabled: true, type: 'matrix' } } };
    const channels = ['room', 'pico', 'discord'].map((name) => telegram({ name }));
    const { channelNames } = render(input({ native, channels: [...channels, discord()] }));
    expect(channelNames).toEqual({
      room: 'room-2',
      pico: 'pico-2',
      discord: 'discord-2',
      // It answers under this one only.
      chat: 'discord',
    });
    expect(at(configOf({ native, channels }), 'channel_list', 'room')).toMatchObject({ type: 'matrix' });
  });

  test('of ours is not replaced by one of the user', () => {
    const native = { channel_list: { pico: { enabled: false } } };
    expect(at(configOf({ native }), 'channel_list', 'pico')).toMatchObject({
      enabled: true,
      type: 'pico',
    });
  });
});

test('what the user writes wins over a default', () => {
  expect(configOf(cases['native-keys'] ?? {})).toMatchObject({
    heartbeat: { enabled: true, interval: 60 },
    agents: { defaults: { max_tool_iterations: 10, max_parallel_turns: 16 } },
    tools: { exec: { enabled: false }, message: { enabled: false } },
  });
});

test('a secret in a place that PicoClaw reads as plain text is written there, and said', () => {
  const { files, warnings } = render(
    input({
      native: { tools: { mcp: { servers: { notes: { env: { KEY: secrets.search } } } } } },
      references: [
        { path: ['tools', 'mcp', 'servers', 'notes', 'env', 'KEY'], variable: 'NOTES_KEY', secret: true },
      ],
    }),
  );
  expect(files.at(-1)?.content).toContain(secrets.search);
  expect(warnings.join()).toContain('config.tools.mcp.servers.notes.env.KEY');
});

describe('said aloud at each start', () => {
  const said = (native: JsonObject, logLevel: RenderInput['logLevel'] = 'info'): string =>
    render(input({ native, logLevel })).warnings.join('\n');

  test('that the agent runs commands, unless the user took the tools away', () => {
    expect(said({})).toContain('have it run commands');
    expect(said({})).toContain('run later');
    expect(said({ tools: { exec: { enabled: false }, cron: { allow_command: false } } })).toBe('');
    expect(said({ tools: { exec: { enabled: false }, cron: { enabled: false } } })).toBe('');
  });

  test('which programs are started as MCP servers', () => {
    const servers = {
      notes: { enabled: true, command: 'npx' },
      off: { enabled: false, command: 'npx' },
      far: { enabled: true, url: 'https://mcp.example' },
    };
    expect(said({ tools: { mcp: { enabled: true, servers } } })).toMatch(/MCP servers: notes$/m);
  });

  test('that conversations are printed, at the level debug only', () => {
    expect(said({}, 'debug')).toContain('texts of conversations');
    expect(said({}, 'info')).not.toContain('texts of conversations');
    expect(at(configOf({ logLevel: 'info' }), 'gateway', 'log_level')).toBe('warn');
  });
});
