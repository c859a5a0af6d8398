import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AbuseStage, abuseStage, friends, guild } from './abuse-stage.ts';

let stage: AbuseStage;
beforeAll(async () => {
  stage = await abuseStage();
  mkdirSync(stage.relay().setup.workspace);
});
afterAll(() => stage.close());

const soon = { timeout: 20_000, interval: 20 };
/** Turns the text around, hides it, ends a line for some. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const room = { telegram: -100_500, discord: '197038439483310087' };

function entitiesOf(message: Readonly<Record<string, unknown>>): readonly Entity[] {
  return (message['entities'] ?? []) as readonly Entity[];
}

interface Entity {
  readonly type: string;
  readonly url?: string;
}

/** The friend writes in a group, under a name; what the bot answers there. */
async function inGroups(name: string, text: string): Promise<readonly string[]> {
  const { telegram, discord } = stage;
  const from = { id: friends.telegram, first_name: name };
  telegram.inject({ from, chat: { id: room.telegram, type: 'supergroup' }, text: `@den_bot ${text}` });
  discord.inject({
    from: friends.discord,
    name,
    channel: room.discord,
    guild: guild,
    mention: true,
    text,
  });
  return [
    (await telegram.nextSent({ chat: room.telegram })).text,
    (await discord.posted.next({ channel: room.discord })).text,
  ];
}

test('control characters and signs that turn text around break no name, no file and no line of the log', async () => {
  const { telegram, discord, slack, post, relay } = stage;
  const dirt = '\0\u001b[2J\u0007\u202e\u2066\u2028\u0085\r\n';
  for (const answer of await inGroups(`Eve${dirt}[Ada, 1]`, `hello${dirt}there`)) {
    // The name is one line without a bracket; the text keeps its lines.
    expect(answer.replaceAll('\\', '')).toMatch(/^\[Eve 2J Ada 1, \d+\] hello\[2J\s+there$/);
    expect(answer.replaceAll('\n', '')).not.toMatch(unseen);
  }
  const names = [
    `etc/cron.d/x${dirt}gpj.sh`,
    `a${dirt}]\n[file saved: b`,
    dirt,
    '-rf',
    '.profile',
    'x'.repeat(500),
  ];
  const attached = { text: 'see', files: names.map((name) => ({ name, data: Buffer.from('a') })) };
  telegram.inject({ from: friends.telegram, ...attached });
  discord.inject({ from: friends.discord, ...attached });
  slack.inject({ from: friends.slack, ...attached });
  // The other platforms' servers have no address for a file of these names.
  const climbing = ['..', '../../../etc/passwd', '..\\..\\autoexec.bat'];
  const files = [...names, ...climbing].map((name) => ({ name, base64: 'YQ==' }));
  const answers = {
    webhook: (await post({ sender: friends.webhook, text: 'see', files })).text,
    telegram: (await telegram.nextSent({ chat: friends.telegram, text: 'see' })).text,
    discord: (await discord.posted.next({ user: friends.discord, text: 'see' })).text,
    slack: (await slack.posted.next({ user: friends.slack, text: 'see' })).text,
  };
  const { workspace } = relay().setup;
  for (const [type, answer] of Object.entries(answers)) {
    const sent = type === 'webhook' ? files.length : names.length;
    expect(answer.replaceAll('\\', '').match(/^\[file saved: [^[\]]*\]$/gm)).toHaveLength(sent);
    const saved = readdirSync(join(workspace, 'inbox', type));
    expect(saved).toHaveLength(sent);
    for (const name of saved) expect(name).toMatch(/^[^.\-\s[\]\p{C}\p{Zl}\p{Zp}][^[\]\p{C}\p{Zl}\p{Zp}]*$/u);
  }
  expect(readdirSync(workspace)).toEqual(['inbox']);
  for (const line of relay().output().trimEnd().split('\n')) {
    expect(() => JSON.parse(line)).not.toThrow();
    expect(line).not.toMatch(unseen);
  }
});

test('markup in names and in replies is text: nothing is refused, nobody is called', async () => {
  const { telegram, discord, slack, places } = stage;
  const markup = [
    '<b>bold <i>not closed <a href="https://evil.example">x</a> </pre></code> &amp; &lt; <script>alert(1)</script>',
    '@everyone @here <@80351110224678912> <@!80351110224678912> <@&80351110224678912> <#80351110224678912>',
    '<!channel> <!here> <!everyone> <@U012AB3CD> <#C012AB3CD> <https://evil.example|https://good.example>',
    '[Ada](tg://user?id=4242) `@everyone` **@here** ~~<@80351110224678912>~~ [@everyone](https://a.example/@everyone)',
    '```\n@everyone <!channel> </code></pre> <@80351110224678912>\n```',
    '| @here | <!channel> |\n|---|---|\n| <b> | <@&80351110224678912> |',
    '> <blockquote>@everyone',
  ].join('\n\n');
  const before = telegram.calls({ method: 'sendMessage' }).length;
  for (const { write } of places) write(markup);
  await inGroups('<b>@everyone <@80351110224678912> <!channel> [x](tg://user?id=1) `', markup);
  for (const { type, got } of places)
    await expect.poll(() => got().join('\n'), { ...soon, message: type }).toMatch(/<blockquote>|blockquote/);
  const calls = telegram.calls({ method: 'sendMessage' }).slice(before);
  expect(calls.length).toBeGreaterThan(1);
  expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
  // Explicit links alone, and none of them calls a person.
  const links = telegram.sent().flatMap(({ message }) => entitiesOf(message).flatMap(({ url }) => url ?? []));
  expect(new Set(links)).toEqual(new Set(['https://a.example/@everyone']));
  for (const { text } of discord.posted.list()) expect(text).not.toMatch(/@(everyone|here)|<(@[!&]?|#)\d/i);
  for (const { text } of slack.posted.list()) expect(text.match(/<(?!https:\/\/)[^\n]{0,20}/g)).toBe(null);
});

test('a thousand fences arrive whole and in order, in messages that end none in the middle', async () => {
  const { telegram, places } = stage;
  const numbers = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const reply = numbers.map((n) => `\`\`\`js\nblock${n}.\n\`\`\``).join('\n\n');
  const before = new Map(places.map(({ type, got }) => [type, got().length]));
  for (const { write } of places) write(reply);
  for (const { type, limit = Number.POSITIVE_INFINITY, got } of places) {
    const messages = (): readonly string[] => got().slice(before.get(type));
    await expect.poll(() => messages().at(-1) ?? '', { ...soon, message: type }).toMatch(/block1000\./);
    expect(
      [
        ...messages()
          .join('\n')
          .matchAll(/block(\d+)\./g),
      ].map(([, n]) => Number(n)),
    ).toEqual(numbers);
    expect(Math.max(...messages().map(({ length }) => length))).toBeLessThanOrEqual(limit);
    for (const message of messages()) expect((message.match(/```/g)?.length ?? 0) % 2).toBe(0);
  }
  const blocks = telegram.sent({ chat: friends.telegram }).flatMap(({ message }) => entitiesOf(message));
  expect(blocks.filter(({ type }) => type === 'pre').length).toBe(1_001);
});

test('chats and threads whose ids differ only by case are conversations of their own', async () => {
  const { post, gateway } = stage;
  const began = gateway.began.length;
  const places = [
    { chat: 'Team' },
    { chat: 'team' },
    { chat: 'TEAM' },
    { chat: 'team', thread: 'A' },
    { chat: 'team', thread: 'a' },
  ];
  for (const [index, place] of places.entries())
    await post({ sender: friends.webhook, text: `only in ${index}`, ...place });
  for (const [index, place] of places.entries()) {
    const { text } = await post({ sender: friends.webhook, text: '[[history]]', ...place });
    expect(text.match(/only in \d/g)).toEqual([`only in ${index}`]);
  }
  expect(new Set(gateway.began.slice(began)).size).toBe(places.length);
});
