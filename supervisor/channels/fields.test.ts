import { expect, test } from 'vitest';
import { clawWith, planOf, problemsOf, type World } from '../config/testing.ts';
import { channelTypes } from './fields.ts';

const discordToken = 'MTk4NjIyNDgz.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs';
const person = '80351110224678912';
const guild = '197038439483310086';
const env = {
  ANTHROPIC_API_KEY: 'key-of-the-provider',
  DISCORD_BOT_TOKEN: discordToken,
  SLACK_BOT_TOKEN: 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy',
  SLACK_APP_TOKEN: 'xapp-1-A0KRD7HC3-1234567890-0123abcdef',
};
/** A runtime that speaks every type by itself. */
const polyglot = clawWith({ nativeChannels: channelTypes.map(({ type }) => ({ type })) });

const world = (yaml: string, more: Partial<World> = {}): World => ({
  runtime: 'openclaw',
  runtimes: [polyglot],
  env,
  yaml: `channels:\n${yaml}`,
  ...more,
});

test('a Discord bot and a Slack app are written as the README writes them', async () => {
  const made = await planOf(
    world(`
  discord: { token: $DISCORD_BOT_TOKEN, guild: "${guild}", allow_from: ["${person}"] }
  slack: { bot_token: $SLACK_BOT_TOKEN, app_token: $SLACK_APP_TOKEN, allow_from: [U012AB3CD, W012AB3CD] }`),
  );
  expect(made.channels).toMatchObject([
    {
      type: 'discord',
      mode: 'native',
      fields: { guild },
      secrets: { token: discordToken },
      allowFrom: [person],
    },
    {
      type: 'slack',
      mode: 'native',
      secrets: { bot_token: env.SLACK_BOT_TOKEN, app_token: env.SLACK_APP_TOKEN },
      allowFrom: ['U012AB3CD', 'W012AB3CD'],
    },
  ]);
});

test('the usual variables alone make the same channels', async () => {
  const made = await planOf({
    runtime: 'openclaw',
    runtimes: [polyglot],
    env: { ...env, DISCORD_ALLOW_FROM: `${person},111111111111111111`, DISCORD_GUILD: guild },
  });
  expect(made.channels).toMatchObject([
    { type: 'discord', mode: 'native', fields: { guild }, allowFrom: [person, '111111111111111111'] },
    { type: 'slack', mode: 'unclaimed', allowFrom: [] },
  ]);
});

test.each([
  ['DISCORD_BOT_TOKEN', ['Bot MTk4.Cl2FMQ.ZnCj', '123456:telegram-like', 'two.parts', 'xoxb-1-2']],
  ['SLACK_BOT_TOKEN', ['xapp-1-A0-1-ab', 'xoxp-1-2-3', 'xoxe.xoxb-1-abc', 'xoxb_17_x']],
  ['SLACK_APP_TOKEN', ['xoxb-1-2-abc', 'xapp_1_A0']],
])('%s of another kind is refused before the start, and not shown', async (variable, wrong) => {
  for (const value of wrong) {
    const problems = await problemsOf({
      runtime: 'openclaw',
      runtimes: [polyglot],
      env: { ...env, [variable]: value },
    });
    expect(problems.map(({ code }) => code)).toEqual(['wrong-value']);
    expect(JSON.stringify(problems)).not.toContain(value);
  }
});

test.each([
  ['discord', 'token: $DISCORD_BOT_TOKEN', ['someone#1234', '@someone', '4242', `<@${person}>`]],
  [
    'slack',
    'bot_token: $SLACK_BOT_TOKEN, app_token: $SLACK_APP_TOKEN',
    ['@someone', 'u012ab3cd', 'C012AB3CD', 'someone@example.com'],
  ],
])('in a channel %s only immutable ids may be allowed', async (type, tokens, names) => {
  for (const name of names) {
    const problems = await problemsOf(world(`  ${type}: { ${tokens}, allow_from: ["${name}"] }`));
    expect(problems.map(({ code }) => code)).toEqual(['wrong-value']);
  }
  expect(await problemsOf(world(`  ${type}: { ${tokens}, allow_from: ["*"] }`))).toEqual([]);
});

test('a guild must be an id: a name is refused', async () => {
  const problems = await problemsOf(world('  discord: { token: $DISCORD_BOT_TOKEN, guild: my-server }'));
  expect(problems.map(({ code }) => code)).toEqual(['wrong-value']);
});

test.each([`guild: ${guild}`, `allow_from: [${person}]`])(
  'an id without quotes, which YAML would round to another one, is refused: %s',
  async (line) => {
    const problems = await problemsOf(world(`  discord: { token: $DISCORD_BOT_TOKEN, ${line} }`));
    expect(problems.map(({ code }) => code)).toContain('yaml-syntax');
    expect(problems.map(({ message }) => message).join()).toContain('quotes');
  },
);

test('a runtime that does not speak a type by itself drops no channel: the relay speaks it', async () => {
  const runtimes = [clawWith({ nativeChannels: [{ type: 'telegram' }] })];
  const { channels } = await planOf({ runtime: 'openclaw', runtimes, env });
  expect(channels).toMatchObject([
    { type: 'discord', mode: 'unclaimed', serves: 'relayed' },
    { type: 'slack', mode: 'unclaimed', serves: 'relayed' },
  ]);
});

test('where senders can be forged a list of them is needed, and elsewhere it is not', () => {
  for (const { type, claimable, fields } of channelTypes) {
    const needed = fields.find(({ kind }) => kind === 'senders')?.required;
    expect(needed, type).toBe(!claimable);
  }
});

test('no two fields of all types share a variable', () => {
  const all = channelTypes.flatMap(({ fields }) => fields.map(({ variable }) => variable));
  expect(new Set(all).size).toBe(all.length);
});
