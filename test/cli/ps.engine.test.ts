import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { engineProxy } from './engine-proxy.ts';
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

let place: Workplace;
let id = '';
const start = (name: string, ...argv: readonly string[]) =>
  place.type(['run', 'openclaw', '-d', '--no-wait', '--image', STAND_IN, '--name', name, ...argv]);
const ps = (...argv: readonly string[]) => place.type(['ps', ...argv]);
const rows = async (...argv: readonly string[]): Promise<Record<string, unknown>[]> => {
  const parsed = JSON.parse((await ps('--json', ...argv)).stdout);
  expect(parsed).toMatchObject({ version: 1, project: { id, directory: place.directory } });
  return parsed.instances;
};
const container = (name: string): string => `clawden-${id}-${name}`;

beforeAll(async () => {
  const script = await bundle();
  await standIn();
  place = workplace(script);
  id = openProject(place.directory).id;
  await start(
    'well',
    '-e',
    'CLAWDEN_PROVIDER=echo',
    '-e',
    'TELEGRAM_BOT_TOKEN=123456789:canary-ps-0123456789abcdefghijk',
  );
  await start('late', '-e', 'READY_AFTER=3600000');
  await until('both answer', async () => {
    const { stdout } = await ps();
    return / ready /.test(stdout) && stdout.includes('the runtime starts');
  });
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
});

it('lists what each running instance says of itself, in a table', async () => {
  const typed = await ps();
  expect(typed.exitCode).toBe(0);
  expect(typed.stdout).toMatch(/^NAME +RUNTIME +STATE +UPTIME +RESTARTS +PORT +CHANNELS$/m);
  expect(typed.stdout).toMatch(/^well +openclaw 1\.2\.3 +ready +\d+s +0 +\d+ +telegram native$/m);
  expect(typed.stdout).toMatch(/^late +openclaw 1\.2\.3 +starting: the runtime starts +\d+s +0 +\d+$/m);
  expect((await rows()).find(({ name }) => name === 'well')).toMatchObject({
    runtime: 'openclaw',
    runtimeVersion: '1.2.3',
    state: 'ready',
    reason: null,
    source: 'container',
    restarts: { total: 0, runtime: 0, container: 0 },
    channels: [{ name: 'telegram', mode: 'native', state: 'up', reason: null }],
  });
});

it('does not wait for one that hangs, and says so', async () => {
  await start('hung', '-e', 'HANG=1');
  await until('it listens', async () => (await docker('logs', container('hung'))).includes('listening'));
  const begun = Date.now();
  const typed = await ps();
  expect(Date.now() - begun).toBeLessThan(3000);
  expect(typed.stdout).toMatch(
    /^hung +openclaw 1\.2\.3 +starting: it does not answer \(no answer within 1\.5 s\)/m,
  );
  await docker('rm', '-f', container('hung'));
});

it('calls the engine twice for all of it', async () => {
  const calls = join(place.directory, 'calls');
  const engine = place.write('count.sh', `#!/bin/sh\necho "$1" >>'${calls}'\nexec docker "$@"\n`);
  chmodSync(engine, 0o755);
  await place.type(['ps', '-a'], { env: { CLAWDEN_ENGINE: engine } });
  expect(readFileSync(calls, 'utf8').trim().split('\n')).toEqual(['ps', 'container']);
});

it('shows the ended ones with -a, and those that clawden.yaml alone names', async () => {
  await docker('kill', container('late'));
  place.write('clawden.yaml', 'runtimes:\n  - name: openclaw\n    id: well\n  - name: zeroclaw\n');
  const short = await ps();
  expect(short.stdout).not.toContain('late');
  expect(short.stderr).toContain('1 ended: ');
  const all = await ps('-a');
  expect(all.stdout).toMatch(/^late +openclaw 1\.2\.3 +failed: exit code 137, \d+s ago/m);
  expect(all.stdout).toMatch(/^zeroclaw +zeroclaw +not started$/m);
  expect(all.stderr).toMatch(/late has failed\n {2}→ .* logs late --tail 50/);
  expect((await rows('-a')).find(({ name }) => name === 'late')).toMatchObject({
    state: 'failed',
    exitCode: 137,
    endedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    port: null,
    channels: null,
  });
});

it('counts restarts by the engine, and shows a paused one as paused', async () => {
  await docker('update', '--restart', 'unless-stopped', container('well'));
  await docker('exec', container('well'), 'node', '-e', 'process.kill(1)');
  await until('it is ready again', async () => {
    const [well] = await rows();
    return well?.state === 'ready' && (well.restarts as { total: number }).total === 1;
  });
  await docker('pause', container('well'));
  expect(await rows()).toMatchObject([{ state: 'paused', source: 'engine' }]);
  await docker('unpause', container('well'));
});

it('says when an instance has another token than this project', async () => {
  writeFileSync(join(place.directory, '.clawden', 'token'), 'another\n');
  const typed = await ps();
  expect(typed.stdout).toMatch(/^well +openclaw 1\.2\.3 +running: it refuses this project's token/m);
  expect(typed.stderr).toContain(`well refuses the token in ${join(place.directory, '.clawden', 'token')}`);
});

it('asks no port of this machine when the engine is on another', async () => {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
  const elsewhere = await engineProxy(address);
  const typed = await place.type(['ps'], { env: { DOCKER_HOST: elsewhere.host } });
  elsewhere.close();
  expect(typed.stdout).toMatch(/^well +openclaw 1\.2\.3 +running: its port is on another machine/m);
});
