import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Me, toIncoming } from './incoming.ts';
import { me as bot, friend, guild, hall, openStage, type Stage } from './testing.ts';
import type { RawMessage } from './wire.ts';

let stage: Stage;
let discord: Stage['discord'];
let host: Stage['host'];
let start: Stage['start'];

beforeEach(async () => {
  stage = await openStage();
  ({ discord, host, start } = stage);
});
afterEach(() => stage.close());

const up = () => host.reached({ kind: 'up' });
const inHall = { from: friend, guild, channel: hall };

test('a direct message is taken with its sender, and answered in the same chat', async () => {
  start();
  await up();
  const { id, channel } = discord.inject({ from: friend, name: 'ada', text: 'hello\nthere' });
  await host.texts(1);
  expect(host.got[0]).toEqual({
    id,
    to: { chat: channel },
    sender: { id: friend, name: 'ada' },
    direct: true,
    mentioned: false,
    text: 'hello\nthere',
    files: [],
  });
});

test('in a server those are taken that mention the bot, and their text is without the mention', async () => {
  start();
  await up();
  discord.inject({ ...inHall, text: 'to all' });
  const { id } = discord.inject({ ...inHall, text: 'to you', mention: true });
  const thread = discord.addThread({ parent: hall, guild });
  discord.inject({ from: friend, channel: thread.id, text: 'in a thread', mention: true });
  expect(await host.texts(2)).toEqual(['to you', 'in a thread']);
  expect(host.got[0]).toMatchObject({ to: { chat: hall, message: id }, direct: false, mentioned: true });
  expect(host.got[1]?.to).toMatchObject({ chat: thread.id });
});

test('with groups: all what mentions nobody is taken too, without being called a mention', async () => {
  discord.addBot({ ...goodBot, messageContent: true });
  start({}, { groups: 'all' });
  await up();
  discord.inject({ ...inHall, text: 'to all' });
  await host.texts(1);
  expect(host.got[0]).toMatchObject({ text: 'to all', mentioned: false });
});

test.each([
  ['groups: off', { groups: 'off' }],
  ['another server named', { fields: { guild: '197038439483310999' } }],
] as const)('with %s servers are silent', async (_what, account) => {
  start(
    {},
    { ...account, fields: { api_root: discord.api, ...('fields' in account ? account.fields : {}) } },
  );
  await up();
  discord.inject({ ...inHall, text: 'to you', mention: true });
  discord.inject({ from: friend, text: 'direct' });
  expect(await host.texts(1)).toEqual(['direct']);
});

test('a server that the bot is not in is told', async () => {
  start({}, { fields: { api_root: discord.api, guild: '197038439483310999' } });
  discord.failures.add({ method: 'GET /guilds/*', status: 404, code: 10_004, error: 'Unknown Guild' });
  await expect.poll(host.logged).toContain('the bot is not in the server that `guild` names');
});

test('an answer to a message of the bot means the bot, and brings the words that it answers', async () => {
  discord.addBot({ ...goodBot, messageContent: true });
  const channel = start({}, { groups: 'all' });
  await up();
  discord.inject({ ...inHall, text: 'hi', mention: true });
  await channel.send(
    { chat: hall },
    { kind: 'text', text: 'two\nlines', plain: '' },
    'k',
    new AbortController().signal,
  );
  const [posted] = discord.posted.list();
  discord.inject({ ...inHall, text: 'why?', replyTo: posted?.id ?? '' });
  expect(await host.texts(2)).toEqual(['hi', '> two\n> lines\nwhy?']);
  expect(host.got[1]).toMatchObject({ mentioned: true });
});

test('bots, edits and reactions are left out', async () => {
  start();
  await up();
  discord.inject({ from: friend, bot: true, text: 'beep' });
  const { channel, id } = discord.inject({ from: friend, text: 'helo' });
  discord.edit({ channel, id, text: 'hello' });
  discord.react({ from: friend, channel, id, emoji: '👍' });
  discord.inject({ from: friend, text: 'last' });
  expect(await host.texts(2)).toEqual(['helo', 'last']);
});

test('strangers are asked for nothing after an outage', async () => {
  start();
  await up();
  host.says('stranger');
  const { channel } = discord.inject({ from: '99', text: 'let me in' });
  await expect.poll(() => host.note.read()).toContain('"sequence":2');
  discord.invalidate();
  await expect.poll(() => stage.logins().length).toBe(2);
  expect(discord.calls).not.toContain(`GET /channels/${channel}/messages`);
});

describe('of a message', () => {
  const me: Me = { id: bot, roles: new Set(['555']) };
  const message = (more: Partial<RawMessage>): RawMessage => ({
    id: '1',
    channel_id: '2',
    type: 0,
    author: { id: friend, username: 'ada', global_name: 'Ada L.' },
    content: '',
    ...more,
  });
  const text = (content: string, more: Partial<RawMessage> = {}) =>
    toIncoming(message({ content, ...more }), me, 'all')?.text;

  test.each([
    ['its mention at the beginning', `<@${bot}> hello`, 'hello'],
    ['its old mention in the middle', `say <@!${bot}> hello`, 'say hello'],
    ['its role', '<@&555> hello', 'hello'],
    ['another role stays', '<@&556> hello', '<@&556> hello'],
    ['somebody else', `ask <@${friend}>, please`, 'ask @Ada L., please'],
    ['nobody known', 'ask <@77>', 'ask <@77>'],
    ['an emoji of the server', 'nice <a:party:123><:ok:4>', 'nice :party::ok:'],
    ['a command', `<@${bot}> /new`, '/new'],
    ['markup that is none', '<@1', '<@1'],
    ['half a character', 'a\ud83d', 'a\ud83d'],
  ])('%s is read so', (_what, content, read) => {
    const mentions = [{ id: friend, username: 'ada', global_name: 'Ada L.' }];
    expect(text(content, { mentions })).toBe(read);
  });

  test('a megabyte is read in no time', () => {
    const begun = performance.now();
    expect(text('<@'.repeat(500_000))).toHaveLength(1_000_000);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  test('the role of the bot counts as a mention, another one does not', () => {
    const of = (role: string) =>
      toIncoming(message({ guild_id: '9', content: 'x', mention_roles: [role] }), me, 'all');
    expect([of('555')?.mentioned, of('556')?.mentioned]).toEqual([true, false]);
  });

  test.each<[string, Partial<RawMessage>]>([
    ['a webhook', { webhook_id: '5' }],
    ['a note of the service', { type: 7 }],
    ['Discord itself', { author: { id: '1', username: 'Discord', system: true } }],
    ['a mention and nothing else', { content: `<@${bot}>` }],
    ['nothing that may be read', { content: '' }],
  ])('%s is left out', (_what, more) => {
    expect(toIncoming(message({ content: 'x', ...more }), me, 'all')).toBeUndefined();
  });

  test('stickers are words, files are files, also those of the message that it answers', () => {
    expect(text('look', { sticker_items: [{ name: 'Wave' }] })).toBe('look\n[sticker: Wave]');
    const attachments = [
      { filename: 'a.png', content_type: 'image/png', size: 3, url: 'https://cdn.discordapp.com/a' },
    ];
    const file = { ref: 'https://cdn.discordapp.com/a', name: 'a.png', mediaType: 'image/png', size: 3 };
    expect(toIncoming(message({ attachments }), me, 'all')).toMatchObject({ text: '', files: [file] });
    const referenced_message = message({ attachments });
    expect(
      toIncoming(message({ content: 'what is it?', type: 19, referenced_message }), me, 'all')?.files,
    ).toEqual([file]);
  });
});

const goodBot = { token: 'MTk4NjIyNDgzNDcxOTI1MjQ4.G.good', username: 'good_bot', guilds: [guild] };
