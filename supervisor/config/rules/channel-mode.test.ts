import { expect, describe as group, test } from 'vitest';
import { describe } from '../../errors/problem.ts';
import { clawWith, planOf, problemsOf, type World } from '../testing.ts';

const env = {
  RUNTIME: 'openclaw',
  ANTHROPIC_API_KEY: 'key-of-the-provider',
  TELEGRAM_BOT_TOKEN: '123456:token-of-the-bot',
  TELEGRAM_ALLOW_FROM: '1',
  OTHER_TOKEN: '77:token-of-the-other-bot',
  HOOK_SECRET: '0123456789abcdef',
};
type Native = Parameters<typeof clawWith>[0]['nativeChannels'];
const speaks = (nativeChannels: Native, more: World = {}): World => ({
  env,
  runtimes: [clawWith({ nativeChannels: nativeChannels ?? [] })],
  ...more,
});
/** `name mode/serves: why` of each channel. */
const served = async (world: World): Promise<readonly string[]> => {
  const { channels, channelReasons } = await planOf(world);
  return channels.map(({ name, mode, serves }) => `${name} ${mode}/${serves}: ${channelReasons[name]}`);
};
const two = (more = ''): string =>
  `channels:\n  telegram: { allow_from: [1]${more} }\n  b: { type: telegram, token: $OTHER_TOKEN, allow_from: [1] }\n`;

group('a channel is native where the runtime in the image speaks it, else relayed, and is told why', () => {
  test.each<readonly [string, World, readonly string[]]>([
    [
      'a type that it speaks',
      speaks([{ type: 'telegram' }]),
      ['telegram native/native: Claw in this image speaks telegram by itself'],
    ],
    [
      'a type that it does not know',
      speaks([]),
      ['telegram relayed/relayed: Claw in this image does not speak telegram; the relay does'],
    ],
    [
      'one for which the plugin is not baked',
      speaks([{ type: 'telegram', plugin: 'tg' }]),
      [
        'telegram relayed/relayed: Claw in this image does not speak telegram without its plugin tg; the relay does',
      ],
    ],
    [
      'one for which it is',
      speaks([{ type: 'telegram', plugin: 'tg' }], { image: { plugins: { openclaw: ['tg'] } } }),
      ['telegram native/native: Claw in this image speaks telegram with its plugin tg'],
    ],
    [
      'a field that it has nothing for',
      speaks([{ type: 'telegram', without: ['api_root'] }], {
        env: { ...env, TELEGRAM_API_ROOT: 'https://bot-api.example.com' },
      }),
      ['telegram relayed/relayed: Claw in this image does not speak telegram with api_root; the relay does'],
    ],
    [
      'such a field without a value',
      speaks([{ type: 'telegram', without: ['api_root'] }]),
      ['telegram native/native: Claw in this image speaks telegram by itself'],
    ],
    [
      'a policy for groups that it cannot keep',
      speaks([{ type: 'telegram', withoutGroups: ['all'] }], { env: { ...env, TELEGRAM_GROUPS: 'all' } }),
      [
        'telegram relayed/relayed: Claw in this image does not speak telegram with groups: all; the relay does',
      ],
    ],
    [
      'relay: true',
      speaks([{ type: 'telegram' }], { yaml: 'channels: { telegram: { relay: true } }' }),
      ['telegram relayed/relayed: relay: true: the relay speaks it in place of Claw'],
    ],
    [
      'relay: true of the whole instance, but for one channel',
      speaks([{ type: 'telegram' }], { yaml: `relay: true\n${two(', relay: false')}` }),
      [
        'telegram native/native: Claw in this image speaks telegram by itself',
        'b relayed/relayed: relay: true: the relay speaks it in place of Claw',
      ],
    ],
    [
      'two accounts where it has one',
      speaks([{ type: 'telegram' }], { yaml: two() }),
      [
        'telegram native/native: Claw in this image speaks telegram by itself',
        'b relayed/relayed: Claw in this image does not speak telegram on a second account beside telegram; the relay does',
      ],
    ],
    [
      'two accounts of which the first is relayed',
      speaks([{ type: 'telegram' }], { yaml: two(', relay: true') }),
      [
        'telegram relayed/relayed: relay: true: the relay speaks it in place of Claw',
        'b native/native: Claw in this image speaks telegram by itself',
      ],
    ],
    [
      'two accounts where it has many',
      speaks([{ type: 'telegram', many: true }], { yaml: two() }),
      [
        'telegram native/native: Claw in this image speaks telegram by itself',
        'b native/native: Claw in this image speaks telegram by itself',
      ],
    ],
    [
      'two accounts that share a field, with two values',
      speaks([{ type: 'telegram', many: true, shared: ['api_root'] }], {
        yaml: two(', api_root: "https://b.example.com"'),
      }),
      [
        'telegram native/native: Claw in this image speaks telegram by itself',
        'b relayed/relayed: Claw in this image does not speak telegram with another api_root than telegram; the relay does',
      ],
    ],
    [
      'a runtime that talks to strangers',
      speaks([{ type: 'telegram', answersStrangers: true }]),
      [
        'telegram native/native: Claw in this image speaks telegram by itself, and tells strangers that they may not talk; relay: true is silent',
      ],
    ],
    [
      'nobody may talk on it yet',
      speaks([], { env: { ...env, TELEGRAM_ALLOW_FROM: '' } }),
      [
        'telegram unclaimed/relayed: Claw in this image does not speak telegram; the relay does, once its owner has claimed it',
      ],
    ],
  ])('%s', async (_name, world, wanted) => {
    expect(await served(world)).toEqual(wanted);
  });

  test.each<readonly [string, World, RegExp]>([
    ['of the channel', { yaml: 'channels: { telegram: { relay: false } }' }, /clawden.yaml:1:32 {2}channel/],
    ['of the instance', { yaml: 'relay: false\nchannels: [telegram]' }, /clawden.yaml:1:8 {2}channel/],
  ])('relay: false %s is an error where it cannot be, with the way out', async (_whose, world, place) => {
    const text = (await problemsOf(speaks([{ type: 'telegram', plugin: 'tg' }], world))).map(describe);
    expect(text).toHaveLength(1);
    expect(text[0]).toMatch(place);
    expect(text[0]).toMatch(/does not speak telegram without its plugin tg {2}\[channel-not-native\]/);
    expect(text[0]).toMatch(/→ remove relay: false; the relay then speaks it; or build .*--plugins tg$/);
    expect(await problemsOf(speaks([{ type: 'telegram' }], world))).toEqual([]);
  });
});

group('what is answered where others read too', () => {
  const groupsOf = async (world: World): Promise<readonly string[]> =>
    (await planOf(speaks([{ type: 'telegram', many: true }], world))).channels.map(({ groups }) => groups);

  test('is mentions, unless the file or the variable says otherwise', async () => {
    expect(await groupsOf({})).toEqual(['mention']);
    expect(await groupsOf({ env: { ...env, TELEGRAM_GROUPS: 'all' } })).toEqual(['all']);
    expect(await groupsOf({ yaml: two(', groups: off') })).toEqual(['off', 'mention']);
  });

  test('is no field of the account, so nothing native depends on it twice', async () => {
    const { channels, origins } = await planOf(
      speaks([{ type: 'telegram' }], { yaml: two(', groups: all') }),
    );
    expect(channels[0]).toMatchObject({ groups: 'all', fields: {} });
    expect(origins['channels.telegram.groups']).toMatchObject({ kind: 'file', line: 2 });
  });

  test('is misspelt, and the nearest name is told', async () => {
    const problems = await problemsOf({ env: { ...env, TELEGRAM_GROUPS: 'mentions' } });
    expect(problems.map(describe)).toEqual([
      'TELEGRAM_GROUPS: is "mentions" (did you mean "mention"?)  [wrong-value]\n  → expected: off, mention or all',
    ]);
  });

  test('is nothing, so a server that it is limited to is of no use, and that is said', async () => {
    const token = 'MTk4NjIyNDgz.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs';
    const guild = { DISCORD_BOT_TOKEN: token, DISCORD_GUILD: '197038439483310086' };
    const noticed = async (groups: string): Promise<string> =>
      (await planOf({ env: { ...env, ...guild, DISCORD_GROUPS: groups } })).notices.join('\n');
    expect(await noticed('off')).toContain('channel discord: guild does nothing with groups: off');
    expect(await noticed('mention')).not.toContain('guild');
  });
});

group('a webhook', () => {
  const hook = (more: string): World => ({
    env: { RUNTIME: 'openclaw', ANTHROPIC_API_KEY: env.ANTHROPIC_API_KEY, HOOK_SECRET: env.HOOK_SECRET },
    yaml: `channels: { hook: { type: webhook, secret: $HOOK_SECRET${more} } }`,
  });

  test('is relayed, hears the senders that are listed, and is in no group', async () => {
    const { channels } = await planOf(
      hook(', allow_from: [alerts, "ops@example.com"], url: "https://example.com/in/"'),
    );
    expect(channels).toMatchObject([
      {
        mode: 'relayed',
        groups: 'off',
        // As it stands: another path is another address.
        fields: { url: 'https://example.com/in/' },
        secrets: { secret: env.HOOK_SECRET },
        allowFrom: ['alerts', 'ops@example.com'],
      },
    ]);
  });

  test('cannot be claimed: without senders it is an error with the line to write', async () => {
    const problems = (await problemsOf(hook(''))).map(describe);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('channels.hook.allow_from is missing');
    expect(problems[0]).toContain('→ write allow_from: [alerts]');
    const inherited = hook('');
    expect(await problemsOf({ ...inherited, yaml: `allow_from: [alerts]\n${inherited.yaml}` })).toEqual([]);
  });

  test('has a secret that is long enough, which no error repeats', async () => {
    const world = hook(', allow_from: [alerts]');
    const problems = (
      await problemsOf({ ...world, env: { ...world.env, HOOK_SECRET: 'hunter2hunter2' } })
    ).map(describe);
    expect(problems.join()).toMatch(
      /channels.hook.secret: does not look like one[\s\S]*16 characters or more/,
    );
    expect(problems.join()).not.toContain('hunter2');
  });

  test('is not made by the address alone: that variable may be for another program', async () => {
    const made = await planOf({
      env: { RUNTIME: 'openclaw', WEBHOOK_URL: 'https://example.com/other' },
    });
    expect(made.channels).toEqual([]);
    expect(made.notices.join()).toContain('WEBHOOK_URL: not used, no channel webhook is configured');
  });
});
