import { describe, expect, test } from 'vitest';
import { createSigns } from '../../supervisor/boot/signs.ts';
import { classify } from '../../supervisor/supervise/classify.ts';
import type { Json, JsonObject } from '../contract.ts';
import { descriptor } from './descriptor.ts';
import { render } from './render.ts';
import { input, telegram } from './testing.ts';

/** Lines of OpenClaw 2026.9.6, as it printed them. */
const printed = {
  conflict:
    '{"time":"2026-11-24T15:48:50.322+00:00","level":"info","subsystem":"channels/telegram","message":"[telegram][diag] isolated polling ingress failed: Telegram getUpdates conflict: Conflict: terminated by other getUpdates request; make sure that only one bot instance is running. Another OpenClaw gateway, script, or Telegram poller may be using this bot token; stop the duplicate poller or switch this account to webhook mode."}',
  waits:
    '{"time":"2026-11-24T15:48:50.360+00:00","level":"error","subsystem":"channels/telegram","message":"Telegram isolated polling ingress failed; restarting in 34.22s."}',
  triesAgain:
    '{"time":"2026-11-24T15:49:24.853+00:00","level":"info","subsystem":"channels/telegram","message":"[telegram][diag] rebuilding transport for next polling cycle"}',
  revoked:
    '{"time":"2026-11-24T15:49:24.944+00:00","level":"error","subsystem":"channels/telegram","message":"telegram deleteWebhook failed: Call to \'deleteWebhook\' failed! (401: Unauthorized)"}',
  refused:
    '{"time":"2026-11-24T15:49:30.036+00:00","level":"error","subsystem":"channels/telegram","message":"[default] Telegram bot token unauthorized for account \\"default\\" (getMe returned 401 from Telegram; source: config token). Update channels.telegram.botToken, channels.telegram.tokenFile, or TELEGRAM_BOT_TOKEN with the current BotFather token."}',
  startsBlind:
    '{"time":"2026-11-24T16:05:42.967+00:00","level":"info","subsystem":"channels/telegram","message":"[default] starting provider"}',
  unreachable:
    '{"time":"2026-11-24T16:05:43.212+00:00","level":"error","subsystem":"channels/telegram","message":"telegram deleteWebhook failed: Network request for \'deleteWebhook\' failed!"}',
  exited:
    '{"time":"2026-11-24T16:01:37.303+00:00","level":"error","subsystem":"channels/telegram","message":"[default] channel exited: Unauthorized | Telegram ingress worker exited with code 1"}',
  starts:
    '{"time":"2026-11-24T16:01:33.471+00:00","level":"info","subsystem":"channels/telegram","message":"[default] starting provider (@fake_bot)"}',
  suppressed:
    '{"time":"2026-11-29T16:51:38.734+00:00","level":"warn","subsystem":"channels/telegram","message":"channel autostart suppressed by crash-loop breaker; refusing automatic start for telegram. Start a channel manually with: openclaw gateway call channels.start --params \'{\\"channel\\":\\"telegram\\"}\'"}',
  command:
    '{"time":"2026-11-24T15:48:32.999+00:00","level":"error","subsystem":"channels/telegram","message":"Plugin command \\"/dashboard\\" conflicts with an existing Telegram command."}',
  inbound:
    '{"time":"2026-11-24T15:48:39.869+00:00","level":"info","subsystem":"gateway/channels/telegram/inbound","message":"Inbound message telegram:401 -> @fake_bot (direct, 409 chars)"}',
  sent: '{"time":"2026-11-24T15:48:52.163+00:00","level":"info","subsystem":"telegram/send","message":"telegram outbound send ok accountId=default chatId=42 messageId=401 operation=sendMessage deliveryKind=text chunkCount=1"}',
};

const plugins = {
  discordRefused:
    '{"time":"2026-11-29T16:17:18.656+00:00","level":"error","subsystem":"channels/discord","message":"[default] channel exited: Failed to get gateway information from Discord: Discord API /gateway/bot failed (401): {\\"message\\":\\"401: Unauthorized\\",\\"code\\":0}"}',
  discordReset:
    '{"time":"2026-11-29T16:19:16.717+00:00","level":"error","subsystem":"channels/discord","message":"[default] channel exited: discord gateway fatal: Error: Fatal gateway close code: 4004"}',
  discordGone:
    '{"time":"2026-11-29T16:20:55.681+00:00","level":"error","subsystem":"channels/discord","message":"[default] channel exited: Failed to get gateway information from Discord: fetch failed | Discord API /gateway/bot failed (503): {\\"message\\":\\"internal\\",\\"code\\":0}"}',
  discordBack:
    '{"time":"2026-11-29T16:10:16.075+00:00","level":"info","subsystem":"channels/discord","message":"[default] Discord bot probe resolved @fake_bot"}',
  slackScope:
    '{"time":"2026-11-29T16:19:04.173+00:00","level":"error","message":"socket-mode:socket-mode Failed to retrieve a new WSS URL (error: WebAPIPlatformError: An API error occurred: missing_scope)"}',
  slackRevoked:
    '{"time":"2026-11-29T16:31:06.711+00:00","level":"error","message":"[ERROR]  bolt-app AuthorizationError: Authorization of incoming event did not succeed. An API error occurred: token_revoked\\n    at App.processEvent (App.js:431:35)"}',
  slackGone:
    '{"time":"2026-11-29T16:28:13.345+00:00","level":"error","message":"socket-mode:socket-mode Failed to retrieve a new WSS URL (error: WebAPIRequestError: A request error occurred: fetch failed)"}',
  slackFails:
    '{"time":"2026-11-29T16:22:20.346+00:00","level":"error","message":"socket-mode:socket-mode Failed to retrieve a new WSS URL (error: WebAPIHTTPError: An HTTP protocol error occurred: statusCode = 503)"}',
  slackBack:
    '{"time":"2026-11-29T16:13:38.036+00:00","level":"info","subsystem":"channels/slack","message":"slack socket mode connected"}',
};

const signOf = (...lines: readonly string[]): string | undefined => signOfType('telegram', lines);

function signOfType(type: string, lines: readonly string[]): string | undefined {
  const signs = createSigns(descriptor.channelSigns);
  for (const line of lines) signs.read(line, 0);
  return signs.of({ type, account: 'default' }, 1_000)?.reason;
}

function leftOff(type: string): string {
  return printed.suppressed.replaceAll('telegram', type);
}

describe('the output of OpenClaw', () => {
  test.each([
    ['names a second poller', [printed.conflict], 'poller-conflict'],
    ['still means the conflict while it waits', [printed.conflict, printed.waits], 'poller-conflict'],
    ['takes the conflict back when it tries again', [printed.conflict, printed.triesAgain], undefined],
    ['names a revoked token', [printed.triesAgain, printed.revoked], 'token-rejected'],
    ['names a token that was revoked during a poll', [printed.starts, printed.exited], 'token-rejected'],
    ['takes it back when a new token works', [printed.exited, printed.starts], undefined],
    ['says that Telegram is out of reach', [printed.unreachable, printed.startsBlind], 'unreachable'],
    ['names a token that was refused at the start', [printed.refused], 'token-rejected'],
    ['names a channel that it does not start after unclean ends', [printed.suppressed], 'down'],
    ['takes it back when it starts the channel', [printed.suppressed, printed.starts], undefined],
    ['says nothing of the channel by a clash of commands', [printed.command], undefined],
    ['says nothing by numbers that look like codes', [printed.inbound, printed.sent], undefined],
  ] as const)('%s', (_name, lines, reason) => {
    expect(signOf(...lines)).toBe(reason);
  });

  test.each([
    ['names a Discord token that is refused', 'discord', [plugins.discordRefused], 'token-rejected'],
    ['names a Discord token that was reset', 'discord', [plugins.discordReset], 'token-rejected'],
    ['says that Discord is out of reach', 'discord', [plugins.discordGone], 'unreachable'],
    ['takes it back', 'discord', [plugins.discordReset, plugins.discordBack], undefined],
    ['names a scope that Slack misses', 'slack', [plugins.slackScope], 'missing-scope'],
    ['names a bot token that was revoked', 'slack', [plugins.slackRevoked], 'token-revoked'],
    ['says that Slack is out of reach', 'slack', [plugins.slackGone], 'unreachable'],
    ['says that Slack fails', 'slack', [plugins.slackFails], 'unreachable'],
    ['takes that back', 'slack', [plugins.slackScope, plugins.slackBack], undefined],
    ['names a Discord that it left off', 'discord', [plugins.discordBack, leftOff('discord')], 'down'],
    ['takes it back when it starts it', 'discord', [leftOff('discord'), plugins.discordBack], undefined],
    ['names a Slack that it left off', 'slack', [plugins.slackBack, leftOff('slack')], 'down'],
    ['takes it back when it starts it', 'slack', [leftOff('slack'), plugins.slackBack], undefined],
    ['says nothing of Telegram by them', 'telegram', Object.values(plugins), undefined],
  ] as const)('%s', (_name, type, lines, reason) => {
    expect(signOfType(type, lines)).toBe(reason);
  });

  test.each([
    ['telegram', printed.exited],
    ['discord', plugins.discordReset],
  ])('says which account of %s it means, where it does', (type, line) => {
    const signs = createSigns(descriptor.channelSigns);
    expect(signs.read(line, 0)).toEqual({ type, account: 'default' });
    expect(signs.of({ type, account: 'news' }, 1_000)).toBeUndefined();
    expect(signs.of({ type, account: 'default' }, 1_000)?.reason).toBe('token-rejected');
  });

  test.each(['telegram', 'discord', 'slack'])('is no sign of %s when a person writes such words', (type) => {
    for (const line of [printed.conflict, ...Object.values(plugins)]) {
      const { message } = JSON.parse(line) as { message: string };
      const texts = [line, message, `I got ${line}`];
      const replies = texts.map((text) => JSON.stringify({ time: 't', level: 'info', message: text }));
      expect(signOfType(type, replies)).toBeUndefined();
    }
  });

  test('is kept out of the log where it holds texts of conversations', () => {
    const hidden = (line: string): boolean => descriptor.conversationLines?.test(line) ?? false;
    expect(hidden('{"time":"2026-11-24T15:48:39Z","level":"info","message":"the whole reply"}')).toBe(true);
    expect(hidden(printed.inbound)).toBe(true);
    expect(hidden(printed.refused)).toBe(false);
    expect(hidden('{"time":"t","level":"warn","message":"they said \\"level\\":\\"info\\""}')).toBe(false);
  });
});

describe('the line that says that no turn is in flight any more', () => {
  const said = (line: string): boolean => descriptor.stop.settled?.output.test(line) ?? false;
  const message = 'active-work drain settled; beginning server close';
  const line = (fields: JsonObject): string => JSON.stringify({ time: 't', level: 'info', ...fields });

  test('is known, and is printed at every log level', () => {
    expect(said(line({ subsystem: 'gateway', message }))).toBe(true);
    for (const logLevel of ['error', 'warn', 'info', 'debug'] as const) {
      expect(render(input({ logLevel })).files[0]?.content).toMatch(/"consoleLevel": ?"(info|debug)"/);
    }
  });

  test('is not what it says while it waits, nor what a person or an agent writes', () => {
    expect(said(line({ subsystem: 'gateway', message: 'draining active work before stop' }))).toBe(false);
    expect(said(line({ subsystem: 'agent', message }))).toBe(false);
    const quoted = `I saw ${line({ subsystem: 'gateway', message })}`;
    expect(said(line({ subsystem: 'gateway', message: quoted }))).toBe(false);
  });

  test('does not bring warnings into a log that is to hold errors only', () => {
    const unlogged = descriptor.unloggedAt?.error;
    expect(unlogged?.test(line({ level: 'warn', subsystem: 'gateway', message: 'slow' }))).toBe(true);
    expect(unlogged?.test(line({ level: 'error', subsystem: 'gateway', message: 'bad' }))).toBe(false);
  });
});

describe('owned paths', () => {
  const rendered = JSON.parse(
    render(input({ channels: [telegram()] })).files[0]?.content ?? '',
  ) as JsonObject;

  test.each([
    'gateway.port',
    'gateway.bind',
    'gateway.mode',
    'gateway.auth',
    'gateway.trustedProxies',
    'gateway.http.endpoints.chatCompletions',
    'agents.defaults.model',
    'agents.defaults.workspace',
    'models.mode',
    'models.providers.clawden',
    'channels',
    'update',
    'logging.level',
    'logging.consoleLevel',
    'logging.consoleStyle',
  ])('hold %s, which we write', (path) => {
    const value = path
      .split('.')
      .reduce<Json | undefined>((inner, key) => (inner as JsonObject | undefined)?.[key], rendered);
    expect(value).toBeDefined();
    expect(descriptor.ownedPaths.map((owned) => owned.path)).toContain(path);
  });

  test('each say what to do instead, once', () => {
    const paths = descriptor.ownedPaths.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { instead } of descriptor.ownedPaths) expect(instead.length).toBeGreaterThan(5);
  });
});

describe('an unasked end', () => {
  test.each([
    ['a refused configuration', 78, 'Config invalid', 'config'],
    ['another gateway on the same state', 78, 'another gateway is already running', 'lock-loser'],
    ['a taken port', 1, 'Error: listen EADDRINUSE: address already in use 127.0.0.1:4002', 'port-in-use'],
    ['a wish to be started again', 0, '', 'restart-request'],
    ['anything else', 1, 'TypeError: boom', 'crash'],
  ])('by %s', (_name, code, output, expected) => {
    const exit = { kind: 'code', code } as const;
    const facts = { exit, asked: false, hung: false, memoryKill: false, lastLines: ['first', output] };
    expect(classify(facts, descriptor.exits)).toBe(expected);
  });
});

test('the probe of channels names those that are down', () => {
  const failing = descriptor.probes.channels?.failing;
  expect(failing?.({ ready: false, failing: ['telegram'] })).toEqual([{ type: 'telegram' }]);
  expect(failing?.({ ready: true })).toEqual([]);
});
