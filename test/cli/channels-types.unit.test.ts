import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type FakeDiscord, startDiscord } from '../fakes/discord/server.ts';
import { type FakeSlack, startSlack } from '../fakes/slack/server.ts';
import { usualScopes } from '../fakes/slack/slack.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { bundle, type Workplace, workplace } from './helpers.ts';

/** No engine is installed there: nothing of ours can run. */
const alone = { PATH: '/nonexistent' };
let place: Workplace;
let telegram: FakeTelegram;
let discord: FakeDiscord;
let slack: FakeSlack;
let receiver: Server;
let receiverUrl = '';
const nowhere = 'http://127.0.0.1:1';

beforeAll(async () => {
  place = workplace(await bundle());
});
afterAll(() => place.remove());
beforeEach(async () => {
  [telegram, discord, slack] = await Promise.all([startTelegram(), startDiscord(), startSlack()]);
  receiver = createServer((request, response) => {
    if (request.url === '/hangs') return;
    response.writeHead(request.url === '/fails' ? 503 : 405).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterEach(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await Promise.all([telegram.close(), discord.close(), slack.close()]);
});

/** A channel of that type with its secrets in `.env`, and what the test is to say of it. */
interface Case {
  readonly name: string;
  readonly type: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
  readonly says: string;
}

const prepared = (): readonly Case[] => {
  const bot = (name: string): string => `MTAw.Gabcde.${name}`;
  const app = (name: string): Case['secrets'] => ({
    bot_token: `xoxb-1-${name}`,
    app_token: `xapp-1-${name}`,
  });
  const telegramCase = (name: string, says: string, fields = {}): Case => ({
    ...{ name, type: 'telegram', secrets: { token: `1:${name}` }, says },
    fields: { api_root: telegram.url, ...fields },
  });
  const discordCase = (name: string, says: string, fields = {}): Case => ({
    ...{ name, type: 'discord', secrets: { token: bot(name) }, says },
    fields: { api_root: discord.api, ...fields },
  });
  const slackCase = (name: string, says: string, fields = {}): Case => ({
    ...{ name, type: 'slack', secrets: app(name), says },
    fields: { api_root: slack.api, ...fields },
  });
  const hookCase = (name: string, says: string, fields = {}): Case => ({
    ...{ name, type: 'webhook', secrets: { secret: `0123456789-${name}` }, fields, says },
  });
  const addSlack = (name: string, more = {}): void => {
    const { bot_token: botToken = '', app_token: appToken = '' } = app(name);
    slack.addApp({ botToken, appToken, name: `${name.replaceAll('-', '_')}_bot`, ...more });
  };
  for (const name of ['tg-good', 'tg-revoked', 'tg-slow'])
    telegram.addBot({ token: `1:${name}`, username: `${name.replaceAll('-', '_')}_bot` });
  telegram.removeBot('1:tg-revoked');
  telegram.inject({ from: 7, text: 'waits', token: '1:tg-good' });
  telegram.failures.add({ method: 'getMe', token: '1:tg-slow', hang: true });
  discord.addBot({ token: bot('dc-good'), username: 'dc_good_bot' });
  discord.addBot({ token: bot('dc-used'), username: 'dc_used_bot', loginsLeft: 0 });
  addSlack('sl-good');
  addSlack('sl-revoked');
  slack.end('xoxb-1-sl-revoked', 'token_revoked');
  addSlack('sl-scope', { scopes: usualScopes.filter((scope) => scope !== 'chat:write') });
  addSlack('sl-app-scope', { appScopes: ['authorizations:read'] });
  return [
    telegramCase('tg-good', 'null null @tg_good_bot'),
    telegramCase('tg-wrong', 'token-rejected null null'),
    // Telegram tells no more of a token that was good once.
    telegramCase('tg-revoked', 'token-rejected null null'),
    telegramCase('tg-nowhere', 'unreachable no-network null', { api_root: nowhere }),
    telegramCase('tg-slow', 'unreachable slow null'),
    discordCase('dc-good', 'null null @dc_good_bot'),
    discordCase('dc-wrong', 'token-rejected null null'),
    discordCase('dc-used', 'session-limit no-logins @dc_used_bot'),
    discordCase('dc-nowhere', 'unreachable no-network null', { api_root: `${nowhere}/api/v10` }),
    slackCase('sl-good', 'null null @sl_good_bot'),
    slackCase('sl-wrong', 'token-rejected null null'),
    slackCase('sl-revoked', 'token-revoked null null'),
    slackCase('sl-scope', 'missing-scope scopes @sl_scope_bot'),
    slackCase('sl-app-scope', 'missing-scope null @sl_app_scope_bot'),
    slackCase('sl-nowhere', 'unreachable no-network null', { api_root: `${nowhere}/api` }),
    hookCase('wh-bare', 'null nothing-to-ask null'),
    hookCase('wh-good', 'null url-answers null', { url: `${receiverUrl}/takes` }),
    hookCase('wh-fails', 'unreachable platform-error null', { url: `${receiverUrl}/fails` }),
    hookCase('wh-nowhere', 'unreachable no-network null', { url: nowhere }),
    hookCase('wh-slow', 'unreachable slow null', { url: `${receiverUrl}/hangs` }),
  ];
};

const write = (cases: readonly Case[]): void => {
  const variable = (name: string, field: string): string =>
    `${name}_${field}`.toUpperCase().replaceAll('-', '_');
  const entries = cases.map(({ name, type, secrets, fields = {} }) =>
    [
      `  ${name}:`,
      `    type: ${type}`,
      ...Object.keys(secrets).map((field) => `    ${field}: $${variable(name, field)}`),
      ...Object.entries(fields).map(([field, value]) => `    ${field}: "${value}"`),
      '    allow_from: ["*"]',
    ].join('\n'),
  );
  place.write('clawden.yaml', `runtime: openclaw\nprovider: echo\nchannels:\n${entries.join('\n')}\n`);
  const lines = cases.flatMap(({ name, secrets }) =>
    Object.entries(secrets).map(([field, value]) => `${variable(name, field)}=${value}\n`),
  );
  place.write('.env', lines.join(''));
};

interface Told {
  readonly channel: string;
  readonly reason: string | null;
  readonly cause: string | null;
  readonly account: string | null;
  readonly message: string;
  readonly fix: string | null;
}

it('tells good, wrong, revoked, without a scope, used up, failing, away and slow apart on every type', async () => {
  const cases = prepared();
  write(cases);
  const { exitCode, stdout } = await place.type(['channels', 'test', '--json', '--timeout', '2'], {
    env: alone,
  });
  expect(exitCode).toBe(1);
  const told = JSON.parse(stdout).channels as readonly Told[];
  const found = told.map(
    ({ channel, reason, cause, account }) => `${channel}: ${reason} ${cause} ${account}`,
  );
  expect(found).toEqual(cases.map(({ name, says }) => `${name}: ${says}`));
  const messages = told.filter(({ channel, reason }) => channel.startsWith('wh-') && reason === null);
  expect(messages.map(({ message }) => message)).toEqual([
    'nothing to ask: replies go into the response',
    'good; its url answers',
  ]);
  // Where to look is named as the type names it.
  const fixOf = (name: string): string => String(told.find(({ channel }) => channel === name)?.fix);
  expect(fixOf('wh-nowhere')).toMatch(/ url where it is set$/);
  expect(fixOf('sl-nowhere')).toMatch(/ api_root where it is set$/);
  // Whoever reads it knows what to do, and no secret is in it.
  expect(told.filter(({ reason, fix }) => reason !== null && !fix)).toEqual([]);
  for (const { secrets } of cases)
    for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret);
});

it.each([
  [
    'discord',
    () => discord.failures.add({ method: 'GET /users/@me', hang: true }),
    { token: 'MTAw.Gabcde.slow' },
    () => discord.api,
  ],
  [
    'slack',
    () => slack.failures.add({ method: 'auth.test', hang: true }),
    { bot_token: 'xoxb-1-slow', app_token: 'xapp-1-slow' },
    () => slack.api,
  ],
] as const)('%s that does not answer is slow, not wrong', async (type, order, secrets, root) => {
  order();
  write([{ name: 'slow', type, secrets, fields: { api_root: root() }, says: '' }]);
  const { exitCode, stdout } = await place.type(['channels', 'test', '--timeout', '1'], { env: alone });
  expect([exitCode, stdout.split('\n')[0]]).toEqual([1, `✖ slow  ${type}  no answer within 1 s`]);
});
