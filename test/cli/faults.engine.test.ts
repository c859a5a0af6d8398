import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import {
  bundle,
  docker,
  removeProject,
  STAND_IN,
  standIn,
  type TypeOptions,
  until,
  type Workplace,
  workplace,
} from './helpers.ts';

let place: Workplace;
let id = '';

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

const env = { CLAWDEN_IMAGE: STAND_IN, CLAWDEN_PROVIDER: 'echo' };
const type = (argv: readonly string[], at = place, more: TypeOptions = {}) =>
  at.type(argv, { ...more, env: { ...env, ...more.env } });
const declare = (...lines: readonly string[]) =>
  place.write('clawden.yaml', `runtimes:\n${lines.map((line) => `  - {${line}}\n`).join('')}`);
const name = (instance: string) => `clawden-${id}-${instance}`;

it('a token may move to another instance in one go', async () => {
  const channels = 'channels:\n  bot: {type: telegram, token: $BOT, allow_from: [1]}\n';
  const holding = (openclaw: string, zc: string): string =>
    place.write(
      'clawden.yaml',
      `${channels}runtimes:\n  - {name: openclaw${openclaw}}\n  - {name: zeroclaw, id: zc${zc}}\n`,
    );
  place.write('.env', "BOT='987654321:canary-two-projects-0123456789abc'\n");
  holding(', channels: [bot]', '');
  expect((await type(['up'])).exitCode).toBe(0);
  holding('', ', channels: [bot]');
  const half = await type(['up', 'zc']);
  expect(half.exitCode).toBe(69);
  expect(half.stderr).toContain('zc: its telegram account is in use by openclaw of this project');
  const typed = await type(['up']);
  expect(typed.exitCode).toBe(0);
  expect(typed.stderr).toContain('zc: waiting for its account, port or folder');
  const started = async (instance: string) => docker('inspect', '-f', '{{.State.StartedAt}}', name(instance));
  expect((await started('openclaw')) && (await started('zc'))).toBeTruthy();
  place.write('.env', '');
});

describe('when something happens behind our back', () => {
  it('says that the container is gone, and the next up heals it', async () => {
    declare("name: openclaw, env: {READY_AFTER: '20000'}", 'name: zeroclaw, id: zc');
    const going = place.begin(['up'], { env });
    await until('it waits', () => going.printed().includes('openclaw: waiting for the runtime to start'));
    await docker('rm', '-f', name('openclaw'));
    const typed = await going.done;
    expect(typed.exitCode).toBe(1);
    expect(typed.stdout).toContain('✔ zc is ready');
    expect(typed.stderr).toContain('openclaw: its container was removed by somebody else while it started');
    declare('name: openclaw', 'name: zeroclaw, id: zc');
    expect((await type(['up'])).stdout).toMatch(/✔ openclaw is ready at \S+ \(created/);
  });

  it('says that the engine went away in the middle; nothing is lost, and the next up heals it', async () => {
    await type(['chat', 'zc', 'before the end']);
    const gone = join(place.directory, 'engine-gone');
    const engine = place.write(
      'engine.sh',
      `#!/bin/sh
      lost() { echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1; }
      [ -e '${gone}' ] && lost
      [ "$1" = wait ] || exec docker "$@"
      while [ ! -e '${gone}' ]; do sleep 0.1; done
      lost\n`,
    );
    chmodSync(engine, 0o755);
    declare(
      "name: openclaw, env: {READY_AFTER: '20000'}",
      "name: zeroclaw, id: zc, env: {READY_AFTER: '20001'}",
    );
    const going = place.begin(['up'], { env: { ...env, CLAWDEN_ENGINE: engine } });
    await until(
      'both wait',
      () => (going.printed().match(/waiting for the runtime to start/g) ?? []).length === 2,
    );
    writeFileSync(gone, '');
    const typed = await going.done;
    expect(typed.exitCode).toBe(69);
    expect(typed.stderr.match(/no container engine answers/g)).toHaveLength(1);
    expect((await type(['up'], place, { env: { CLAWDEN_ENGINE: engine } })).exitCode).toBe(69);
    rmSync(gone);
    declare('name: openclaw', 'name: zeroclaw, id: zc');
    expect((await type(['up'])).exitCode).toBe(0);
    expect((await type(['chat', 'zc', '[[history]]'])).stdout).toBe('before the end');
  });

  it('a killed up leaves no lock behind', async () => {
    declare("name: openclaw, env: {READY_AFTER: '1000'}", 'name: zeroclaw, id: zc');
    const going = place.begin(['up'], { env });
    await until('it has the project', () => existsSync(join(place.directory, '.clawden', 'lock')));
    going.signal('SIGKILL');
    await going.done;
    const typed = await type(['up', '--no-wait']);
    expect(typed.stdout).toMatch(/✔ openclaw has started at \S+/);
    expect(existsSync(join(place.directory, '.clawden', 'lock'))).toBe(false);
    expect(await docker('inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', name('openclaw'))).toBe(
      'unless-stopped',
    );
  });
});

describe('clawden restart', () => {
  it('starts the same containers again, as they were made', async () => {
    const before = await docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', name('zc'));
    place.write('clawden.yaml', 'runtimes: broken');
    const typed = await type(['restart', 'zc']);
    expect(typed.exitCode).toBe(0);
    expect(typed.stdout).toMatch(/✔ zc is ready at http:\S+ \(restarted, [\d.]+ s\)/);
    const after = await docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', name('zc'));
    expect(after.split(' ')[0]).toBe(before.split(' ')[0]);
    expect(after).not.toBe(before);
    // What it reads is the file as it was when it was made.
    expect((await type(['chat', 'zc', '[[config]]'])).stdout).toContain('id: zc');
    expect(await docker('inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', name('zc'))).toBe(
      'unless-stopped',
    );
  });

  it('knows the instances of the file and of the engine, and no others', async () => {
    declare('name: openclaw', 'name: zeroclaw, id: zc', 'name: picoclaw, id: pc');
    expect((await type(['restart', 'pc'])).stderr).toMatch(/pc has no container yet\n {2}→ .* up pc/);
    const typed = await type(['restart', 'zcc']);
    expect(typed.exitCode).toBe(64);
    expect(typed.stderr).toContain(
      'there is no instance "zcc" in this project (did you mean zc?); there is: openclaw, pc, zc',
    );
    expect((await type(['stop', 'pc'])).stdout).toBe('pc does not run.');
  });
});

describe('clawden down', () => {
  it('removes the containers of the project, those that are not in the file too, and keeps what they remember', async () => {
    declare('name: openclaw');
    await type(['chat', 'zc', 'keep this']);
    const typed = await type(['down']);
    expect(typed.exitCode).toBe(0);
    expect(typed.stdout).toContain('✔ zc is stopped; its container is removed');
    expect(await docker('ps', '-aq', '--filter', `label=io.clawden.project=${id}`)).toBe('');
    expect(await docker('volume', 'ls', '-q')).toContain(`${name('zc')}-state`);
    expect((await type(['down'])).stdout).toContain('Nothing is left of this project');
  });

  it('--volumes asks first, and leaves the workspace alone', async () => {
    place.write('workspace/zc/note.txt', 'mine');
    const asked = await type(['down', '--volumes']);
    expect(asked.exitCode).toBe(64);
    expect(asked.stderr).toMatch(/deletes what the instances remember .*\n {2}→ .* down --volumes --yes/);
    expect(await docker('volume', 'ls', '-q')).toContain(`${name('zc')}-state`);
    const asking = place.beginOnTerminal(['down', '--volumes']);
    await until('it asks', () => asking.printed().includes('Delete it for good'));
    asking.type('\r');
    expect(await asking.exitCode).toBe(1);
    expect(await docker('volume', 'ls', '-q')).toContain(`${name('zc')}-state`);
    expect((await type(['down', '--volumes', '--yes'])).exitCode).toBe(0);
    expect(await docker('volume', 'ls', '-q')).not.toContain(`${name('zc')}-state`);
    expect(existsSync(join(place.directory, 'workspace', 'zc', 'note.txt'))).toBe(true);
  });
});

it('an engine on another machine is refused with what to do, before anything is made', async () => {
  for (const argv of [['up'], ['run', 'openclaw', '-d']]) {
    const typed = await type(argv, place, { env: { DOCKER_HOST: 'ssh://me@far' } });
    expect(typed.exitCode).toBe(69);
    expect(typed.stderr).toContain(`the container engine is on far, which has no ${place.directory}`);
    expect(typed.stderr).toContain('unset DOCKER_HOST');
  }
});

it('one that is paused is not waited for; up and exec name the line that lets it go on', async () => {
  declare('name: openclaw');
  await type(['up']);
  await docker('pause', name('openclaw'));
  for (const argv of [['up'], ['exec', 'openclaw', '--', 'true']]) {
    const typed = await type(argv);
    expect(typed.exitCode).toBe(1);
    expect(typed.stderr).toMatch(
      new RegExp(`openclaw is paused\n {2}→ \\w+ unpause ${name('openclaw')}$`, 'm'),
    );
  }
  await docker('unpause', name('openclaw'));
});
