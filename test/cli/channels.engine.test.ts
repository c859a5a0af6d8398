import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import {
  bundle,
  docker,
  removeProject,
  STAND_IN,
  standIn,
  until,
  type Workplace,
  workplace,
} from './helpers.ts';

const token = `1${Date.now()}:good`;
let place: Workplace;
let telegram: FakeTelegram;
let id = '';
const start = (name: string, ...argv: readonly string[]) =>
  place.type(['run', 'openclaw', '-d', '--no-wait', '--image', STAND_IN, '--name', name, ...argv]);
const channels = (...argv: readonly string[]) => place.type(['channels', ...argv]);
const rows = async (...argv: readonly string[]): Promise<Record<string, unknown>[]> =>
  JSON.parse((await channels(...argv, '--json')).stdout).channels;
const file = (): void => {
  const entry = (name: string): string =>
    `  ${name}: { type: telegram, token: $TOKEN, allow_from: [1], api_root: "${telegram.url}" }\n`;
  place.write(
    'clawden.yaml',
    `provider: echo\nchannels:\n${entry('telegram')}runtimes:\n  - { name: openclaw, id: well, channels: [telegram] }\n  - { name: zeroclaw }\n`,
  );
  place.write('.env', `TOKEN=${token}\n`);
};

beforeAll(async () => {
  const script = await bundle();
  await standIn();
  telegram = await startTelegram();
  telegram.addBot({ token, username: 'good_bot' });
  place = workplace(script);
  id = openProject(place.directory).id;
  await start(
    'well',
    '-e',
    'CLAWDEN_PROVIDER=echo',
    '-e',
    'TELEGRAM_BOT_TOKEN=123456789:canary-channels-0123456789abcdefg',
    '-e',
    'ACCOUNT=@good_bot',
  );
  await until('it is up', async () => (await rows())[0]?.state === 'up');
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  await telegram.close();
  place.remove();
});

it('lists what runs, without any file', async () => {
  const { exitCode, stdout, stderr } = await channels();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^INSTANCE +CHANNEL +TYPE +ACCOUNT +BADGE +STATE +SINCE +IN +OUT +REASON$/m);
  expect(stdout).toMatch(/^well +telegram +telegram +@good_bot +native +up +2h +2m ago +1m 59s ago$/m);
  expect(stderr).toBe('');
});

it('lists what the file declares beside what runs, and names the instance that does not answer', async () => {
  await start('hung', '-e', 'HANG=1');
  file();
  const { stdout, stderr } = await channels();
  expect(stdout.split('\n')).toHaveLength(2);
  expect(stderr).toMatch(/^hung: it does not answer \(.+\); its channels are not known$/m);
  expect(await rows('well')).toMatchObject([{ instance: 'well', source: 'container' }]);
  await docker('rm', '-f', `clawden-${id}-hung`);
});

it('leaves a bot alone that an instance of this project reads', async () => {
  expect((await channels('test')).stdout).toBe(
    '✔ telegram  telegram  @good_bot  good; well reads it just now',
  );
  expect(telegram.calls({ method: 'getUpdates' })).toEqual([]);
});

it('names the instance of another project that holds the token', async () => {
  const hash = createHash('sha256').update(token).digest('hex').slice(0, 12);
  const labels = {
    project: 'other',
    instance: 'helper',
    directory: '/home/me/other',
    accounts: `telegram:${hash}`,
  };
  const words = Object.entries(labels).flatMap(([name, value]) => ['--label', `io.clawden.${name}=${value}`]);
  const holder = await docker('run', '-d', ...words, '-e', 'RUNTIME=openclaw', STAND_IN);
  const { exitCode, stdout } = await channels('test');
  await docker('rm', '-f', holder);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^✖ telegram {2}telegram {2}@good_bot {2}helper in \/home\/me\/other reads it: one token, one instance$/m,
  );
});

it('shows the declared channel as not running once its instance has stopped', async () => {
  await place.type(['stop', 'well']);
  expect(await rows()).toMatchObject([
    { instance: 'well', channel: 'telegram', badge: 'native', state: 'not-running', source: 'file' },
  ]);
  rmSync(join(place.directory, 'clawden.yaml'));
  expect((await channels()).stdout).toBe('There is no channel.');
});
