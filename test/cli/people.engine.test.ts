import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { bundle, removeProject, STAND_IN, standIn, until, type Workplace, workplace } from './helpers.ts';

const token = '123456789:canary-people-0123456789abcdefg';
const code = '7KQ-M2X-9RT';
let place: Workplace;
let id = '';
const start = (name: string, ...variables: readonly string[]) => {
  const given = ['CLAWDEN_PROVIDER=echo', ...variables].flatMap((variable) => ['-e', variable]);
  return place.type(['run', 'openclaw', '-d', '--image', STAND_IN, '--name', name, ...given]);
};
const channels = (...argv: readonly string[]) => place.type(['channels', ...argv]);
const listed = async (): Promise<Record<string, unknown>[]> =>
  JSON.parse((await channels('--json')).stdout).channels;

beforeAll(async () => {
  const script = await bundle();
  await standIn();
  place = workplace(script);
  id = openProject(place.directory).id;
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
});

it('run ends with how to become the owner of a channel that waits for one', async () => {
  const { exitCode, stdout } = await start(
    'waits',
    `TELEGRAM_BOT_TOKEN=${token}`,
    'OWNERLESS=1',
    'ACCOUNT=@a_bot',
  );
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(-3)).toEqual([
    expect.stringMatching(
      /^telegram of waits waits for its owner: open this within 14m \d+s, or send @a_bot the code$/,
    ),
    '  https://t.me/a_bot?start=7KQM2X9RT',
    `  ${code}`,
  ]);
});

it('channels shows the code below the table, and on a terminal the link as a QR code', async () => {
  const { stdout } = await channels();
  expect(stdout).toMatch(
    /^waits +telegram +telegram +@a_bot +unclaimed +unclaimed .* send it the code below$/m,
  );
  expect(stdout).toContain(`\n\ntelegram of waits waits for its owner`);
  expect(stdout).toContain(`\n  ${code}`);
  expect(stdout).not.toContain('█');
  expect(await place.onTerminal(['channels'], 120)).toContain('██ ▄▄▄▄▄ █');
  expect(await listed()).toMatchObject([
    {
      instance: 'waits',
      ...{ mode: 'unclaimed', serves: 'native', owner: null, allowed: [], fromFile: [] },
      claim: { code, link: 'https://t.me/a_bot?start=7KQM2X9RT', expires: expect.any(String) },
    },
  ]);
});

it('allow, revoke and reset say what has come of them', async () => {
  const allowed = await channels('allow', 'telegram', '42');
  expect([allowed.exitCode, allowed.stdout]).toEqual([
    0,
    '✔ 42 may talk on telegram of waits; the runtime starts again for that, which takes seconds',
  ]);
  expect(await listed()).toMatchObject([{ badge: 'native', allowed: ['42'], claim: null }]);
  const { stdout } = await channels('revoke', 'waits', 'telegram', '42', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ version: 1, instance: 'waits' },
    channel: { name: 'telegram', allowed: [], claim: { code } },
  });
  const reset = await channels('reset', 'telegram');
  expect(reset.stdout).toMatch(/^✔ nobody may talk on telegram of waits any more\n[\s\S]*7KQ-M2X-9RT$/);
});

it('a wrong word is refused with what to type', async () => {
  const said = async (...argv: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await channels(...argv);
    expect(stdout).toBe('');
    return `${exitCode} ${stderr}`;
  };
  expect(await said('allow', 'telegram')).toMatch(
    /^64 .*channels allow takes \[INSTANCE\] CHANNEL ID\n {2}→ .* channels allow telegram 123456789$/,
  );
  expect(await said('reset')).toMatch(/^64 .*channels reset takes \[INSTANCE\] CHANNEL\n/);
  expect(await said('allow', 'telegrm', '42')).toMatch(
    /^64 .*no channel "telegrm" in what runs \(waits\) \(did you mean telegram\?\); there is: telegram\n/,
  );
  expect(await said('allow', 'wait', 'telegram', '42')).toMatch(
    /^64 .*no instance "wait" in this project \(did you mean waits\?\)/,
  );
  expect(await said('allow', 'telegram', '@ada')).toMatch(
    /^64 .*"@ada" is no id of a person on telegram\n {2}→ expected: numeric Telegram user ids/,
  );
  expect(await said('allow', 'telegram', '*')).toMatch(/^64 .*everyone is let in by the file alone\n/);
  expect(await said('revoke', 'telegram', '7')).toMatch(
    /^1 .*7 may not talk on telegram of waits as it is\n/,
  );
  expect(await said('allow', 'telegram', '42', '--timeout', '5')).toMatch(/^64 .*--timeout is for the test/);
});

it('an id of allow_from is taken out there; of two instances the one that is meant is named', async () => {
  await start('listed', `TELEGRAM_BOT_TOKEN=1${token}`, 'TELEGRAM_ALLOW_FROM=7');
  expect((await channels('revoke', 'telegram', '7')).stderr).toMatch(
    /several instances have a channel "telegram": listed, waits\n {2}→ .* channels revoke listed telegram …$/,
  );
  const { exitCode, stderr } = await channels('revoke', 'listed', 'telegram', '7');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /7 stands in allow_from of telegram, which decides\n {2}→ take it out .* up listed$/,
  );
  expect((await channels('reset', 'listed', 'telegram')).stdout).toContain('those of allow_from aside');
});

it('a locked code, a full disk, an older image and an instance that has ended are told apart', async () => {
  const given = [`TELEGRAM_BOT_TOKEN=2${token}`, 'OWNERLESS=1'];
  const locked = await start('odd', ...given, 'LOCKED=1', 'FULL=1');
  expect(locked.stdout).toMatch(/its code was guessed at too often, the next one comes in 14m/);
  expect((await channels('allow', 'odd', 'telegram', '42')).stderr).toMatch(
    /odd could not write it down: nothing is changed: ENOSPC\n/,
  );
  await start('odd', ...given, 'OLD=1');
  expect((await channels('allow', 'odd', 'telegram', '42')).stderr).toMatch(/its image is older/);
  expect((await channels('odd')).stdout).toMatch(/^odd +telegram .* unclaimed /m);
  await place.type(['stop', 'odd']);
  await until('it has ended', async () => !(await listed()).some(({ instance }) => instance === 'odd'));
  expect((await channels('allow', 'odd', 'telegram', '42')).stderr).toMatch(/odd does not run/);
});

it('up ends with it too, once for each', async () => {
  place.write(
    'clawden.yaml',
    `provider: echo\nchannels:\n  telegram: { token: $TELEGRAM_BOT_TOKEN }\nruntimes:\n  - {name: openclaw, id: upped, channels: [telegram], image: '${STAND_IN}', env: {OWNERLESS: 1, ACCOUNT: '@b_bot'}}\n`,
  );
  place.write('.env', `TELEGRAM_BOT_TOKEN=3${token}\n`);
  const { exitCode, stdout } = await place.type(['up', 'upped']);
  expect([exitCode, stdout.match(/waits for its owner/g)?.length]).toEqual([0, 1]);
  expect((await place.type(['up', 'upped', '--json'])).stdout).not.toContain('waits for its owner');
});
