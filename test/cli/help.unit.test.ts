import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { version } from '../../host-cli/version.ts';
import { bundle, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
beforeAll(async () => {
  place = workplace(await bundle());
});
afterAll(() => place.remove());

it.each([
  '',
  'init',
  'run',
  'up',
  'down',
  'stop',
  'restart',
  'chat',
  'ps',
  'channels',
  'logs',
  'exec',
  'doctor',
  'config',
])('clawden %s --help teaches the command', async (name) => {
  const typed = await place.type([...(name ? [name] : []), '--help']);
  expect(typed.exitCode).toBe(0);
  expect(typed.stderr).toBe('');
  expect(typed.stdout).toMatchSnapshot();
});

it('--help wins over a mistake beside it, but not after --', async () => {
  expect((await place.type(['run', '--prot', '-h'])).exitCode).toBe(0);
  expect((await place.type(['help', 'stop'])).stdout).toContain('clawden stop');
});

it.each([[['--version']], [['-V']], [['version']], [['--no-color', '-V']], [['-f', 'x.yaml', 'version']]])(
  'clawden %j tells the version of the package',
  async (argv) => {
    expect(await place.type(argv)).toEqual({ exitCode: 0, stdout: version(), stderr: '' });
  },
);

it('tells the version by itself, whatever checkout it is run in', async () => {
  place.write('package.json', '{ "name": "clawden", "version": "99.0.0" }');
  expect((await place.type(['version'])).stdout).toBe(version());
});

it.each([
  [['rum'], 'did you mean run?'],
  [['run', '--detatch'], 'did you mean --detach?'],
  [['--detach'], 'without a command there is no option --detach'],
  [['--versoin'], 'did you mean --version?'],
  [['help', 'rum'], 'did you mean run?'],
  [['version', 'now'], 'version does not know what to do with "now"'],
  [['-f', 'a.yaml', 'run', '-f', 'b.yaml'], 'option -f is given twice'],
  [['run'], 'no runtime is named'],
  [['run', 'openclaw', '--port', 'x'], '--port x is not a port'],
  [['run', 'openclaw', '--name', 'My Agent'], '--name my-agent'],
  [['run', 'openclaw', '-d', '--', 'x'], 'run once in the foreground'],
  [['run', 'openclaw', '--json'], '--json reports'],
  [['up'], 'there is no clawden.yaml'],
  [['down', 'x'], 'does not know what to do with "x"'],
])('clawden %j is refused with 64 and the right word', async (argv, words) => {
  const typed = await place.type(argv);
  expect(typed.exitCode).toBe(64);
  expect(typed.stdout).toMatch(argv.includes('--json') ? /^\{.*"exitCode":64\}$/ : /^$/);
  expect(typed.stderr).toContain(words);
  expect(typed.stderr).not.toMatch(/\n {4}at /);
});

it('colours only where they are wanted', async () => {
  const red = '\u001b[31m';
  expect((await place.type(['rum'])).stderr).not.toContain(red);
  expect((await place.type(['rum'], { env: { FORCE_COLOR: '1' } })).stderr).toContain(red);
  expect((await place.type(['rum'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).not.toContain(red);
  expect((await place.type(['rum', '--no-color'], { env: { FORCE_COLOR: '1' } })).stderr).not.toContain(red);
});

it('says what to install where no engine is', async () => {
  const typed = await place.type(['stop'], { env: { PATH: '/nonexistent' } });
  expect(typed.exitCode).toBe(69);
  expect(typed.stderr).toContain('neither docker nor podman');
});

it('says that the engine does not answer, and what to do', async () => {
  for (const argv of [['run', 'openclaw', '-d'], ['chat', 'hi'], ['ps'], ['channels'], ['stop'], ['logs']]) {
    const typed = await place.type(argv, { env: { DOCKER_HOST: 'unix:///nonexistent' } });
    expect(typed.exitCode).toBe(69);
    expect(typed.stderr).toContain('no container engine answers at DOCKER_HOST=unix:///nonexistent');
    expect(typed.stderr).toContain('unset DOCKER_HOST');
  }
});

it('a command that only ends things leaves nothing in a directory where nothing was ever started', async () => {
  const engine = place.write('no-containers', '#!/bin/sh\nexit 0\n');
  chmodSync(engine, 0o755);
  mkdirSync(join(place.directory, 'empty'));
  for (const command of ['stop', 'down'])
    expect(
      (await place.type(['--project-directory', 'empty', command], { env: { CLAWDEN_ENGINE: engine } }))
        .exitCode,
    ).toBe(0);
  expect(existsSync(join(place.directory, 'empty', '.clawden'))).toBe(false);
});
