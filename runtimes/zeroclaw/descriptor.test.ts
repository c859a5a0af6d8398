import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { createSigns } from '../../supervisor/boot/signs.ts';
import { classify } from '../../supervisor/supervise/classify.ts';
import type { Json, JsonObject } from '../contract.ts';
import { descriptor } from './descriptor.ts';
import { render } from './render.ts';
import { input, telegram } from './testing.ts';

const line = (name: string, attributes: string, number: number, text: string): string =>
  `[system] 2026-11-24T18:51:59.216056Z  WARN zeroclaw_log_event: zc_name=zeroclaw_${name} zc_action=note zc_outcome=unknown zc_category= zc_attrs=${attributes} zc_has_duration=false zc_duration_ms=0 zc_file=crates/x.rs zc_line=${number} ${text}`;

/** Lines of ZeroClaw 0.8.4, as it printed them with RUST_LOG=warn. */
const printed = {
  conflict: line(
    'channels::telegram',
    '{"description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}',
    3848,
    'Telegram polling conflict (409): . Ensure only one `zeroclaw` process is using this bot token.',
  ),
  revoked: line('channels::telegram', '', 3861, 'Telegram getUpdates API error (code=401): Unauthorized'),
  refused: line(
    'channels::telegram',
    '{"desc":"Unauthorized","error_code":401}',
    3767,
    'Startup probe: API error : ; retrying in 5s',
  ),
  failing: line(
    'channels::telegram',
    '{"desc":"Bad Gateway","error_code":502}',
    3767,
    'Startup probe: API error : ; retrying in 5s',
  ),
  unreachable: line(
    'channels::telegram',
    '{"error":"error sending request for url (http://127.0.0.1:9/bot[REDACTED_BOT_TOKEN]/getUpdates)"}',
    3701,
    'startup probe error; retrying in 5s',
  ),
  polls: line('channels::telegram', '{"error":"error sending request"}', 3815, 'poll error'),
  stranger: line(
    'channels::telegram',
    '',
    1636,
    'ignoring message from unauthorized user: username=poll error, sender_id=9999.',
  ),
  denied: line(
    'runtime::agent::turn::approval_gate',
    '{"arguments":"{\\"command\\":\\"cat diary.txt\\"}","result":"Denied by user.","tool":"shell"}',
    100,
    'tool_call_result',
  ),
};

const signOf = (lines: readonly string[], after = 1_000): string | undefined => {
  const signs = createSigns(descriptor.channelSigns);
  for (const text of lines) signs.read(text, 0);
  return signs.of({ type: 'telegram', account: 'telegram.den' }, after)?.reason;
};

describe('the output of ZeroClaw', () => {
  test.each([
    ['names a second poller', printed.conflict, 'poller-conflict'],
    ['names a token that was revoked', printed.revoked, 'token-rejected'],
    ['names a token that is refused at the start', printed.refused, 'token-rejected'],
    ['says that Telegram is out of reach at the start', printed.unreachable, 'unreachable'],
    ['says that Telegram is out of reach later', printed.polls, 'unreachable'],
    ['means no token by another failure of Telegram', printed.failing, undefined],
    ['says nothing of the channel by a stranger', printed.stranger, undefined],
    ['says nothing by a denied tool', printed.denied, undefined],
  ] as const)('%s', (_name, text, reason) => {
    expect(signOf([text])).toBe(reason);
  });

  test('never takes a trouble back, so it ends when it is not said again', () => {
    expect(signOf([printed.conflict], 70_000)).toBe('poller-conflict');
    expect(signOf([printed.conflict], 91_000)).toBeUndefined();
  });

  test('is no sign when a person writes such words', () => {
    expect(signOf([`the bot said: ${printed.conflict}`])).toBeUndefined();
  });

  test('is kept out of the log where it holds words of conversations', () => {
    expect(descriptor.conversationLines?.test(printed.denied)).toBe(true);
    expect(descriptor.conversationLines?.test(printed.conflict)).toBe(false);
  });
});

describe('owned paths', () => {
  const rendered = parse(
    render(input({ channels: [telegram()] })).files[0]?.content ?? '',
  ) as unknown as JsonObject;

  test.each([
    ['schema_version', 'schema_version'],
    ['gateway.host', 'gateway.host'],
    ['gateway.port', 'gateway.port'],
    ['gateway.require_pairing', 'gateway.require_pairing'],
    ['gateway.paired_tokens', 'gateway.paired_tokens'],
    ['gateway.check_updates', 'gateway.check_updates'],
    ['gateway.allow_self_upgrade', 'gateway.allow_self_upgrade'],
    ['providers.models.custom.clawden.uri', 'providers.models.*.clawden.uri'],
    ['providers.models.custom.clawden.model', 'providers.models.*.clawden.model'],
    ['agents.clawden.model_provider', 'agents.clawden.model_provider'],
    ['agents.clawden.channels', 'agents.*.channels'],
    ['agents.clawden.workspace.path', 'agents.clawden.workspace.path'],
    ['channels', 'channels'],
    ['peer_groups', 'peer_groups'],
  ])('hold %s, which we write', (path, owned) => {
    const value = path
      .split('.')
      .reduce<Json | undefined>((inner, key) => (inner as JsonObject | undefined)?.[key], rendered);
    expect(value).toBeDefined();
    expect(descriptor.ownedPaths.map((each) => each.path)).toContain(owned);
  });

  test('each say what to do instead, once', () => {
    const paths = descriptor.ownedPaths.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { instead } of descriptor.ownedPaths) expect(instead.length).toBeGreaterThan(5);
  });
});

describe('what is let through with expose: native', () => {
  const open = (method: string, path: string): boolean =>
    descriptor.exposedPaths.some((each) => each.methods.includes(method) && each.path.test(path));

  test.each([
    ['GET', '/ws/chat'],
    ['POST', '/webhook'],
    ['GET', '/api/status'],
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions/api:s1'],
    ['POST', '/api/sessions/api:s1/abort'],
    ['GET', '/api/memory'],
  ])('%s %s is', (method, path) => expect(open(method, path)).toBe(true));

  test.each([
    ['POST', '/admin/reload'],
    ['POST', '/admin/paircode/new'],
    ['POST', '/pair'],
    ['GET', '/pair/code'],
    ['POST', '/api/pair'],
    ['GET', '/api/config'],
    ['PATCH', '/api/config/prop'],
    ['POST', '/api/version/upgrade'],
    ['GET', '/api/cron'],
    ['GET', '/health'],
    ['GET', '/metrics'],
    ['GET', '/api/sessions/../config'],
    ['GET', '/api/sessions/%2e%2e/config'],
    ['GET', '/api/memory//admin/reload'],
    ['POST', '/hooks/claude-code'],
  ])('%s %s is not: it is open on loopback, or hands out the whole agent', (method, path) => {
    expect(open(method, path)).toBe(false);
  });
});

test.each([
  ['a variable that is no path of it', 1, 'Error: ZEROCLAW_nope did not resolve to a schema path', 'config'],
  [
    'a reload of a broken file, which the next start writes anew',
    1,
    'Error: failed to parse config TOML',
    'crash',
  ],
  ['a stop that nobody asked for', 0, '', 'crash'],
  ['a panic', 134, 'panicked at src/x.rs', 'crash'],
])('an unasked end by %s', (_name, code, output, expected) => {
  const facts = { exit: { kind: 'code', code } as const, asked: false, hung: false, memoryKill: false };
  expect(classify({ ...facts, lastLines: ['first', output] }, descriptor.exits)).toBe(expected);
});

test('a channel that is not compiled in is down, others are not said to be', () => {
  const channel = (type: string, compiled: boolean) => ({
    name: `${type}.main`,
    type,
    compiled,
    status: 'unknown',
  });
  const failing = descriptor.probes.channels?.failing;
  expect(failing?.({ channels: [channel('telegram', true), channel('slack', false)] })).toEqual([
    { type: 'slack', account: 'slack.main' },
  ]);
  expect(failing?.({ channels: [] })).toEqual([]);
  expect(failing?.({ error: 'Unauthorized' })).toEqual([]);
});
