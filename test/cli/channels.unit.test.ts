import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { bundle, type Typed, type Workplace, workplace } from './helpers.ts';

/** No engine is installed there: nothing of ours can run. */
const alone = { PATH: '/nonexistent' };
const token = '123:good';
let place: Workplace;
let telegram: FakeTelegram;

beforeAll(async () => {
  place = workplace(await bundle());
});
afterAll(() => place.remove());
beforeEach(async () => {
  telegram = await startTelegram();
  telegram.addBot({ token, username: 'good_bot' });
});
afterEach(() => telegram.close());

const file = (channels: readonly string[], more = ''): void => {
  const entries = channels.map(
    (name) =>
      `  ${name}: { type: telegram, token: $${name.toUpperCase()}_TOKEN, allow_from: [1], api_root: "${telegram.url}" }\n`,
  );
  place.write('clawden.yaml', `runtime: openclaw\nprovider: echo\n${more}channels:\n${entries.join('')}`);
};
const dotenv = (variables: Readonly<Record<string, string>>): void => {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  place.write('.env', lines.join(''));
};
const typed = (...argv: readonly string[]): Promise<Typed> =>
  place.type(['channels', ...argv], { env: alone });
const outcomes = async (...argv: readonly string[]): Promise<Record<string, unknown>[]> =>
  JSON.parse((await typed('test', '--json', ...argv)).stdout).channels;

it('tells good, wrong, missing, failing, slow and webhook apart, all in one go', async () => {
  telegram.addBot({ token: '2:hooked', username: 'hooked_bot' });
  telegram.addBot({ token: '3:failing' });
  telegram.addBot({ token: '4:slow' });
  telegram.inject({ from: 7, text: 'waits', token });
  await fetch(`${telegram.url}/bot2:hooked/setWebhook?url=https://hook.example/2:hooked`);
  telegram.failures.add({ method: 'getMe', token: '3:failing', status: 502 });
  telegram.failures.add({ method: 'getMe', token: '4:slow', delay_ms: 5000 });
  file(['good', 'wrong', 'missing', 'hooked', 'failing', 'slow']);
  dotenv({
    GOOD_TOKEN: token,
    WRONG_TOKEN: '123:wrong',
    HOOKED_TOKEN: '2:hooked',
    FAILING_TOKEN: '3:failing',
    SLOW_TOKEN: '4:slow',
  });
  const begun = Date.now();
  const { exitCode, stdout, stderr } = await typed('test', '--timeout', '1.5');
  expect(Date.now() - begun).toBeLessThan(4000);
  expect(exitCode).toBe(1);
  expect(`${stdout}\n`.replaceAll(new URL(telegram.url).host, 'HOST').replace(/node \S+/g, 'clawden')).toBe(
    [
      '✔ good     telegram  @good_bot    good; nobody else reads it',
      '✖ wrong    telegram               the platform refuses the token',
      '  → put the right one into .env: WRONG_TOKEN=… (now from .env:2)',
      '✖ missing  telegram               MISSING_TOKEN is not set',
      '  → write into .env: MISSING_TOKEN=…',
      '✖ hooked   telegram  @hooked_bot  its messages go to a webhook at hook.example',
      '  → take the webhook away: http://HOST/bot<TOKEN>/deleteWebhook; or make another bot with @BotFather',
      '✖ failing  telegram               HOST answers HTTP 502',
      '  → try again in a minute; check api_root where it is set',
      '✖ slow     telegram               no answer within 1.5 s',
      '  → clawden channels test --timeout 60',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('asking the platforms');
  // The messages that wait are still there for whoever reads next.
  expect(telegram.bots.get(token)?.queue.pendingCount).toBe(1);
});

it('exits 0 when all are good, and gives a script one JSON object', async () => {
  telegram.inject({ from: 7, text: 'waits' });
  file(['good']);
  dotenv({ GOOD_TOKEN: token });
  const { exitCode, stdout } = await typed('test', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    project: { directory: place.directory, id: expect.any(String) },
    good: true,
    channels: [
      {
        instance: 'openclaw',
        channel: 'good',
        type: 'telegram',
        account: '@good_bot',
        good: true,
        reason: null,
        cause: null,
        message: 'good; nobody else reads it',
        fix: null,
        readers: 'none',
        milliseconds: expect.any(Number),
      },
    ],
  });
});

it('finds another reader, unless it is told not to look', async () => {
  file(['good']);
  dotenv({ GOOD_TOKEN: token });
  let going = true;
  const reading = (async () => {
    while (going) await fetch(`${telegram.url}/bot${token}/getUpdates?timeout=30`).catch(() => undefined);
  })();
  await expect.poll(() => telegram.polls(token).open).toBe(1);
  expect(await outcomes('--no-poll')).toMatchObject([{ good: true, readers: 'not-asked' }]);
  expect(telegram.polls(token).max).toBe(1);
  expect(await outcomes()).toMatchObject([
    { good: false, account: '@good_bot', reason: 'poller-conflict', cause: 'other-reader', readers: 'other' },
  ]);
  going = false;
  telegram.removeBot(token);
  await reading;
});

it('does not poll while the engine cannot say what runs here', async () => {
  file(['good']);
  dotenv({ GOOD_TOKEN: token });
  const env = { DOCKER_HOST: 'unix:///nonexistent' };
  const { exitCode, stdout } = await place.type(['channels', 'test'], { env });
  expect([exitCode, stdout]).toEqual([
    0,
    '✔ good  telegram  @good_bot  good; whether another program reads it was not found out',
  ]);
  expect(telegram.calls({ method: 'getUpdates' })).toEqual([]);
});

it('asks once for an account that two channels share, so that they do not meet each other', async () => {
  telegram.inject({ from: 7, text: 'waits' });
  file(['one', 'two']);
  dotenv({ ONE_TOKEN: token, TWO_TOKEN: token });
  expect(await outcomes()).toMatchObject([{ good: true }, { good: true }]);
  expect(telegram.calls({ method: 'getWebhookInfo' })).toHaveLength(1);
});

it('runs though the file has other problems, and says that it has', async () => {
  telegram.inject({ from: 7, text: 'waits' });
  file(['good'], 'tols: [git]\nmemory: much\n');
  dotenv({ GOOD_TOKEN: token });
  const { exitCode, stderr } = await typed('test');
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/there are \d problems in clawden\.yaml\n {2}→ .* config check/);
});

it('tests a token that only .env knows', async () => {
  telegram.inject({ from: 7, text: 'waits' });
  rmSync(join(place.directory, 'clawden.yaml'), { force: true });
  dotenv({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: telegram.url });
  expect(await outcomes('telegram')).toMatchObject([
    { instance: null, channel: 'telegram', account: '@good_bot' },
  ]);
});

it('no secret is in any output', async () => {
  file(['good', 'wrong']);
  dotenv({ GOOD_TOKEN: token, WRONG_TOKEN: '123:wrong' });
  for (const argv of [[], ['--json'], ['test'], ['test', '--json']]) {
    const { stdout, stderr } = await typed(...argv, ...(argv[0] === 'test' ? ['--no-poll'] : []));
    expect(stdout + stderr).not.toMatch(/123:(good|wrong)/);
  }
});

it.each([
  [['test', 'god'], 64, 'there is no channel "god" in this project (did you mean good?); there is: good'],
  [['test', '--timeout', 'soon'], 64, '--timeout soon is not a number of seconds'],
  [['--timeout', '5'], 64, '--timeout is for the test of the credentials'],
  [['other'], 64, 'there is no instance "other" in this project; there is: openclaw'],
])('clawden channels %j is refused in one line', async (argv, code, words) => {
  file(['good']);
  dotenv({ GOOD_TOKEN: token });
  const { exitCode, stdout, stderr } = await typed(...argv);
  expect([exitCode, stdout]).toEqual([code, '']);
  expect(stderr).toContain(words);
});

it('lists what the file declares where no engine is, and says so', async () => {
  file(['good', 'missing']);
  dotenv({ GOOD_TOKEN: token });
  const { exitCode, stdout, stderr } = await typed();
  expect(exitCode).toBe(0);
  // Whether a second account is native is the runtime's affair.
  const words = stdout.replaceAll(/ +/g, ' ').replaceAll(/native|proxied/g, 'BADGE');
  expect(words.split('\n').map((line) => line.trimEnd())).toEqual([
    'INSTANCE CHANNEL TYPE ACCOUNT BADGE STATE REASON',
    'openclaw good telegram BADGE not running',
    'openclaw missing telegram BADGE not running token-missing: MISSING_TOKEN is not set: write into .env: MISSING_TOKEN=…',
  ]);
  expect(stderr).toContain('neither docker nor podman is in PATH: as clawden.yaml says');
  const { channels } = JSON.parse((await typed('--json')).stdout);
  expect(channels).toMatchObject([{ channel: 'good', source: 'file' }, { reason: 'token-missing' }]);
});
