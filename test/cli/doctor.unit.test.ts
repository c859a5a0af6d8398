import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../host-cli/doctor/finding.ts';
import { version } from '../../host-cli/version.ts';
import { type FakeTelegram, startTelegram } from '../fakes/telegram/server.ts';
import { bundle, type Typed, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
let telegram: FakeTelegram;
const token = '77:known-to-the-fake';

beforeAll(async () => {
  place = workplace(await bundle());
  telegram = await startTelegram();
  telegram.addBot({ token, username: 'doctor_bot' });
});
afterAll(async () => {
  await telegram.close();
  place.remove();
});
beforeEach(() => {
  for (const name of ['clawden.yaml', '.env', 'workspace', '.git'])
    rmSync(join(place.directory, name), { recursive: true, force: true });
});

/** An engine's command that says what a test wants of it. */
function fakeEngine(lines: Readonly<Record<string, string>> = {}): string {
  const info = { MemTotal: 8 * 1024 ** 3, OSType: 'linux', DockerRootDir: '/' };
  const labels = { 'io.clawden.version.supervisor': version(), 'io.clawden.runtimes': 'openclaw' };
  const said = {
    version: `echo '{"Client":{"Context":"default"},"Server":{"Version":"28.2.2"}}'`,
    info: `echo '${JSON.stringify(info)}'`,
    image: `echo '${JSON.stringify([{ Id: 'x', Config: { Labels: labels } }])}'`,
    ps: 'true',
    ...lines,
  };
  const cases = Object.entries(said).map(([word, line]) => `${word}) ${line} ;;`);
  const file = place.write('engine.sh', `#!/bin/sh\ncase "$1" in\n${cases.join('\n')}\n*) exit 1 ;;\nesac\n`);
  chmodSync(file, 0o755);
  return file;
}

const doctor = (engine: string, env: Readonly<Record<string, string>> = {}): Promise<Typed> =>
  place.type(['doctor', '--json'], { env: { CLAWDEN_ENGINE: engine, CLAWDEN_IMAGE: 'ours', ...env } });
async function findings(typed: Promise<Typed>): Promise<readonly Finding[]> {
  return (JSON.parse((await typed).stdout) as { findings: readonly Finding[] }).findings;
}
const of = (list: readonly Finding[], area: string): Finding | undefined =>
  list.find((each) => each.area === area);

describe('clawden doctor, of the engine', () => {
  it.each([
    [
      'down',
      {
        version:
          'echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1',
      },
      'no container engine answers',
    ],
    [
      'forbidden',
      { version: 'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1' },
      'this user may not talk to the container engine',
    ],
    ['old', { version: `echo '{"Server":{"Version":"20.9.4"}}'` }, 'Docker 20.9.4; 20.10 is the oldest'],
    ['one for Windows', { info: `echo '{"OSType":"windows"}'` }, 'runs windows containers'],
  ])('that is %s: says so, and the line that mends it', async (_what, lines, words) => {
    const typed = await doctor(fakeEngine(lines));
    expect([typed.exitCode, JSON.parse(typed.stdout)]).toMatchObject([1, { version: 1, ok: false }]);
    const found = of(await findings(Promise.resolve(typed)), 'engine');
    expect(found).toMatchObject({ level: 'error', fix: expect.stringMatching(/\w/) });
    expect(found?.text).toContain(words);
  });

  it('that is not there: looks at the rest all the same', async () => {
    place.write('clawden.yaml', 'runtime: openclaw\nprovider: echo\n');
    const typed = place.type(['doctor', '--json'], { env: { PATH: '/nonexistent' } });
    const found = await findings(typed);
    expect(of(found, 'engine')?.text).toContain('neither docker nor podman');
    expect(of(found, 'config')).toMatchObject({ level: 'ok', text: 'clawden.yaml: openclaw' });
  });
});

describe('clawden doctor, of the image', () => {
  const absent = { image: 'echo "Error: No such image" >&2; exit 1' };
  it.each([
    ['absent and to be had', { ...absent, manifest: 'echo {}' }, 'warning', 'the first start pulls it'],
    [
      'absent and not to be had',
      { ...absent, manifest: 'echo "denied" >&2; exit 1' },
      'error',
      'to be had: denied',
    ],
    ['none of ours', { image: `echo '[{"Id":"x","Config":{"Labels":{}}}]'` }, 'error', 'no image of ours'],
    [
      'without the runtime',
      {
        image: `echo '[{"Id":"x","Config":{"Labels":{"io.clawden.version.supervisor":"1","io.clawden.runtimes":"zeroclaw"}}}]'`,
      },
      'error',
      'has no openclaw; it has zeroclaw',
    ],
  ])('that is %s', async (_what, lines, level, words) => {
    place.write('clawden.yaml', 'runtime: openclaw\nprovider: echo\n');
    const found = of(await findings(doctor(fakeEngine(lines))), 'image');
    expect(found).toMatchObject({ level, text: expect.stringContaining(words), fix: expect.any(String) });
  });
});

describe('clawden doctor, of the project', () => {
  const yaml = (root: string): string =>
    `runtime: openclaw\nprovider: echo\nchannels:\n  telegram:\n    token: $TELEGRAM_BOT_TOKEN\n    allow_from: [7]\n    api_root: ${root}\n`;

  it('finds nothing wrong where nothing is, and says who the bot is', async () => {
    place.write('clawden.yaml', yaml(telegram.url));
    chmodSync(place.write('.env', `TELEGRAM_BOT_TOKEN=${token}\n`), 0o600);
    const typed = await place.type(['doctor'], {
      env: { CLAWDEN_ENGINE: fakeEngine(), CLAWDEN_IMAGE: 'ours' },
    });
    expect(typed.stdout).toContain('✔ credentials  telegram (@doctor_bot): the platform knows it');
    expect(typed.stdout).toContain('nothing to mend');
    expect(typed.exitCode).toBe(0);
    expect(typed.stdout + typed.stderr).not.toContain(token);
  });

  it('tells every problem of clawden.yaml as the image would', async () => {
    place.write('clawden.yaml', 'runtime: openclaw\nprovider: echo\nchanels: {}\nmodle: x\n');
    const found = (await findings(doctor(fakeEngine()))).filter(
      ({ area, level }) => area === 'config' && level === 'error',
    );
    expect(found.map(({ text }) => text.slice(0, 16))).toEqual(['clawden.yaml:3:1', 'clawden.yaml:4:1']);
  });

  it('tells a token that the platform refuses from a platform that is out of reach', async () => {
    place.write('clawden.yaml', yaml(telegram.url));
    const rejected = (await findings(doctor(fakeEngine(), { TELEGRAM_BOT_TOKEN: '1:wrong' }))).at(-3);
    expect(rejected).toMatchObject({ area: 'credentials', level: 'error', text: 'telegram: token-rejected' });
    place.write('clawden.yaml', yaml('http://127.0.0.1:9'));
    const far = (await findings(doctor(fakeEngine(), { TELEGRAM_BOT_TOKEN: token }))).at(-3);
    expect(far).toMatchObject({
      area: 'credentials',
      level: 'warning',
      text: expect.stringMatching(/^telegram: unreachable \(no connection to /),
    });
  });

  it('minds who may read .env, and whether git may take it', async () => {
    await execa('git', ['init', '-q'], { cwd: place.directory });
    chmodSync(place.write('.env', 'A=1\n'), 0o644);
    const secrets = async (): Promise<readonly string[]> =>
      (await findings(doctor(fakeEngine()))).filter(({ area }) => area === 'secrets').map(({ text }) => text);
    expect(await secrets()).toEqual(['.env may be read by others (mode 644)', '.env is not ignored by git']);
    await execa('git', ['add', '.env'], { cwd: place.directory });
    chmodSync(join(place.directory, '.env'), 0o600);
    expect(await secrets()).toEqual(['.env is under version control']);
  });

  it('minds what stands in the place of the workspace', async () => {
    place.write('clawden.yaml', 'runtime: openclaw\nprovider: echo\n');
    place.write('workspace', 'no folder');
    expect(of(await findings(doctor(fakeEngine())), 'workspace')).toMatchObject({
      level: 'error',
      text: expect.stringContaining('is no folder'),
    });
    rmSync(join(place.directory, 'workspace'));
    mkdirSync(join(place.directory, 'workspace'));
    expect(of(await findings(doctor(fakeEngine())), 'workspace')).toMatchObject({ level: 'ok' });
  });
});
