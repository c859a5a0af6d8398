import { describe, expect, test } from 'vitest';
import { createSigns } from '../../supervisor/boot/signs.ts';
import { classify } from '../../supervisor/supervise/classify.ts';
import type { Json, JsonObject } from '../contract.ts';
import { descriptor, forVersion } from './descriptor.ts';
import { render } from './render.ts';
import { input, telegram } from './testing.ts';

const telego = 'ERR telego ../root/go/pkg/mod/github.com/mymmrac/telego@v1.10.0';
/** Lines of PicoClaw 0.3.1, as it printed them. */
const printed = {
  conflict: `18:57:46 ${telego}/long_polling.go:127 > Getting updates: telego: getUpdates: api: 409 "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"`,
  refused: `18:58:02 ${telego}/long_polling.go:127 > Getting updates: telego: getUpdates: api: 401 "Unauthorized"`,
  retries: `18:58:02 ${telego}/long_polling.go:132 > Retrying getting updates in 8s...`,
  gone: `18:58:28 ${telego}/long_polling.go:127 > Getting updates: telego: getUpdates: internal execution: request call: fasthttp do request: error when dialing 172.17.0.1:36885: dial tcp4 172.17.0.1:36885: connect: connection refused`,
  idle: `18:58:20 ${telego}/long_polling.go:127 > Getting updates: telego: getUpdates: internal execution: request call: fasthttp do request: the server closed connection before returning the first response byte. Make sure the server returns 'Connection: close' response header before closing the connection`,
  form: '18:53:52 ERR channels pkg/channels/manager.go:961 > Failed to initialize channel error="failed to create telegram bot: telego: invalid token format" channel=telegram type=telegram',
  failed:
    '18:53:52 ERR channels pkg/channels/manager.go:1205 > Failed to start channel error="no route" channel=telegram',
  other:
    '18:53:52 ERR channels pkg/channels/manager.go:1205 > Failed to start channel error="no route" channel=whatsapp',
};

const telegramChannel = { type: 'telegram', account: 'telegram' };

const signs = (...lines: readonly string[]): ReturnType<typeof createSigns> => {
  const found = createSigns(descriptor.channelSigns);
  for (const line of lines) found.read(line, 0);
  return found;
};

describe('the output of PicoClaw', () => {
  test.each([
    ['names a second poller', [printed.conflict, printed.retries], 'poller-conflict'],
    ['names a revoked token', [printed.refused], 'token-rejected'],
    ['says that Telegram is out of reach', [printed.gone], 'unreachable'],
    ['names a token that it does not take for one', [printed.form], 'token-rejected'],
    ['says that the channel could not be started', [printed.failed], 'down'],
    ['says nothing by an idle connection that was closed', [printed.idle], undefined],
    ['says nothing of Telegram by the trouble of another channel', [printed.other], undefined],
    [
      'is no sign when it stands inside a line',
      [`19:00:00 WRN agent x > said ${printed.refused}`],
      undefined,
    ],
  ] as const)('%s', (_name, lines, reason) => {
    expect(signs(...lines).of(telegramChannel, 1_000)?.reason).toBe(reason);
  });

  test.each([
    ['invalid_auth', 'token-rejected'],
    ['account_inactive', 'token-revoked'],
    ['slack server error: 503 Service Unavailable', 'down'],
  ])('names what Slack said at the start: %s', (error, reason) => {
    const line = `16:07:21 ERR channels pkg/channels/manager.go:1205 > Failed to start channel error="slack auth test failed: ${error}" channel=slack`;
    expect(signs(line).of({ type: 'slack', account: 'slack' }, 86_400_000)?.reason).toBe(reason);
    expect(signs(line).of({ type: 'slack', account: 'work' }, 86_400_000)).toBeUndefined();
    expect(signs(line).of(telegramChannel, 1_000)).toBeUndefined();
  });

  test('tells of trouble that comes again after it was over as of a new one', () => {
    const found = signs(printed.conflict);
    expect(found.read(printed.conflict, 8_000)).toBeUndefined();
    expect(found.read(printed.conflict, 60_000)).toEqual({ type: 'telegram' });
    expect(found.of(telegramChannel, 60_000)).toMatchObject({ repeated: true, ofType: true });
  });

  test('takes trouble back by not repeating it, but never a channel that it gave up', () => {
    expect(signs(printed.conflict).of(telegramChannel, 29_000)?.reason).toBe('poller-conflict');
    expect(signs(printed.conflict).of(telegramChannel, 31_000)).toBeUndefined();
    expect(signs(printed.form).of(telegramChannel, 86_400_000)?.reason).toBe('token-rejected');
  });
});

describe('owned paths', () => {
  const files = render(input({ channels: [telegram()] })).files;
  const rendered = JSON.parse(files.at(-1)?.content ?? '') as JsonObject;

  test.each([
    'version',
    'gateway.port',
    'gateway.host',
    'gateway.log_level',
    'gateway.hot_reload',
    'agents.defaults.model_name',
    'agents.defaults.workspace',
    'model_list',
    'channel_list.pico',
    'channel_list.telegram',
    'tools.message',
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
  const log = (error: string): string =>
    `19:00:26 ERR gateway pkg/gateway/gateway.go:140 > Gateway startup failed error="${error}" allow_empty=false`;
  test.each([
    [
      'a taken port',
      log('error opening gateway listeners: listen tcp4 127.0.0.1:28791: bind: address already in use'),
      'port-in-use',
    ],
    [
      'a taken port, said in the failure file',
      'Error: error opening gateway listeners: listen tcp4 127.0.0.1:28791: bind: address already in use',
      'port-in-use',
    ],
    [
      'another gateway on the same state',
      log('singleton check failed: gateway is already running (PID: 9787, version: 0.3.1)'),
      'lock-loser',
    ],
    [
      'a refused configuration',
      log('error loading config: config.json contains unknown field(s): hartbeat'),
      'config',
    ],
    [
      'a model that is not there',
      log('error creating provider: model \\"zz\\" not found in model_list'),
      'config',
    ],
    [
      'channels that cannot be started now',
      log('error starting channels: failed to start any enabled channels: channel whatsapp'),
      'crash',
    ],
    ['a panic', 'panic: runtime error: invalid memory address', 'crash'],
  ])('by %s', (_name, output, expected) => {
    const exit = { kind: 'code', code: 1 } as const;
    const facts = { exit, asked: false, hung: false, memoryKill: false, lastLines: ['first', output] };
    expect(classify(facts, descriptor.exits)).toBe(expected);
  });

  test('with 0 is no reason: PicoClaw never ends by itself', () => {
    const exit = { kind: 'code', code: 0 } as const;
    const facts = { exit, asked: false, hung: false, memoryKill: false, lastLines: [] };
    expect(classify(facts, descriptor.exits)).toBe('crash');
  });
});

test('before 0.3 readiness is asked where it is told', () => {
  expect(forVersion('0.2.9').probes.ready).toMatchObject({ path: '/health', pidKey: 'pid' });
  expect(forVersion('v0.2.10').probes.ready.path).toBe('/health');
  for (const version of ['0.3.1', '0.10.0', '1.2.0', 'dev']) expect(forVersion(version)).toBe(descriptor);
});

test('variables that PicoClaw reads as settings never reach it', () => {
  const kept = (name: string): boolean => !descriptor.environment.never.some((never) => never.test(name));
  const read = ['SECRET', 'BOT_ID', 'WEBSOCKET_URL', 'SEND_THINKING_MESSAGE', 'PICOCLAW_GATEWAY_HOST'];
  expect(read.filter(kept)).toEqual([]);
  expect(['PATH', 'MY_SECRET', 'HTTPS_PROXY'].filter(kept)).toHaveLength(3);
});

test('of its own surface only the chat is let through, never the order to reload', () => {
  const open = (path: string): boolean => descriptor.exposedPaths.some((exposed) => exposed.path.test(path));
  expect(['/pico/ws', '/pico/media/a-1'].map(open)).toEqual([true, true]);
  expect(['/reload', '/health', '/pico/', '/pico/media/../ws', '/webhook/line'].map(open)).toEqual(
    Array(5).fill(false),
  );
});
