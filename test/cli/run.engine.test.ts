import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import {
  bundle,
  docker,
  recordingEngine,
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
const BOT = '123456789:canary-run-engine-0123456789abcdefg';
const IMAGE = ['--image', STAND_IN];

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

const run = (argv: readonly string[], more?: TypeOptions) =>
  place.type(['run', 'openclaw', ...IMAGE, ...argv], more);
const stop = () => place.type(['down']);
const containers = () =>
  docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Names}}', '--filter', `name=clawden-${id}-`);
const inspect = async (format: string, instance = 'openclaw') =>
  docker('inspect', '-f', format, `clawden-${id}-${instance}`);

describe('clawden run -d', () => {
  it('waits until it is ready, says so, and starts nothing twice', async () => {
    const first = await run(['-d', '-e', 'READY_AFTER=1500']);
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toContain('openclaw: waiting for the runtime to start');
    expect(first.stdout).toMatch(/openclaw 1\.2\.3 is ready after \d/);
    expect(first.stdout).toContain('echo: no model');
    expect(first.stdout).toMatch(/stop +.*clawden.* stop/);
    const before = await containers();

    const second = await run(['-d', '-e', 'READY_AFTER=1500']);
    expect(second.exitCode).toBe(0);
    expect(second.stdout).toContain('is running already');
    expect(await containers()).toBe(before);

    const other = await run(['-d', '--json', '--model', 'm1']);
    expect(other.stderr).toContain('ran with other settings: it was replaced');
    expect(JSON.parse(other.stdout)).toMatchObject({ instance: 'openclaw', state: 'ready', already: false });
    expect(await containers()).not.toBe(before);
    expect((await stop()).exitCode).toBe(0);
  });

  it('starts it hardened, with its stop budget and its volumes', async () => {
    const old = `clawden-${id}-openclaw-workspace`;
    await docker('volume', 'create', old);
    const typed = await run(['-d', '--memory', '300m']);
    expect(typed.stderr).toContain(`volume ${old} holds the workspace of an older version`);
    expect(typed.stderr).toContain(`-v ${old}:/from -v ${place.directory}/workspace:/to`);
    const host = JSON.parse(await inspect('{{json .HostConfig}}'));
    expect(host).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'no' },
      Memory: 300 * 1024 * 1024,
      PidsLimit: 2048,
      AutoRemove: false,
    });
    expect(host.PortBindings['18789/tcp'][0].HostIp).toBe('127.0.0.1');
    expect(await inspect('{{.Config.StopTimeout}}')).toBe('17');
    expect(await inspect('{{range .Mounts}}{{.Name}} {{end}}')).toContain(`clawden-${id}-openclaw-state`);
    await stop();
  });

  it('hands secrets on without showing them: not in arguments, not in labels', async () => {
    const engine = recordingEngine(place);
    place.write('.env', 'ANTHROPIC_API_KEY="sk-canary-dotenv"\nUNRELATED=canary-unrelated\n');
    const env = { TELEGRAM_BOT_TOKEN: BOT, CLAWDEN_ENGINE: engine.command };
    const typed = await run(['-d', '-e', 'MY_KEY=canary-typed'], { env });
    expect(typed.exitCode).toBe(0);
    const visible = `${await docker('run', '--rm', '-v', `${engine.record}:/r:ro`, '--entrypoint', 'cat', STAND_IN, '/r')}
      ${await inspect('{{json .Config.Labels}} {{json .Args}}')} ${typed.stdout} ${typed.stderr}`;
    expect(visible).toContain('ANTHROPIC_API_KEY');
    expect(visible).not.toContain('canary');
    const ask = async (name: string): Promise<string> =>
      (await place.type(['chat', `[[env ${name}]]`])).stdout.trim();
    expect(await ask('ANTHROPIC_API_KEY')).toBe('sk-canary-dotenv');
    expect(await ask('TELEGRAM_BOT_TOKEN')).toBe(BOT);
    expect(await ask('MY_KEY')).toBe('canary-typed');
    expect(await ask('UNRELATED')).toBe('unset');
    place.write('.env', '');
    await stop();
  });

  it('mounts clawden.yaml, takes its runtime from there, and hands on the variables it names', async () => {
    const file = place.write('clawden.yaml', 'runtime: openclaw\nenv: {NOTE: $NOTE}\n');
    const typed = await place.type(['run', '-d', ...IMAGE], {
      env: { NOTE: 'hello' },
    });
    expect(typed.stderr + typed.stdout).toContain('is ready');
    expect((await place.type(['chat', '[[config]]'])).stdout).toContain('NOTE: $NOTE');
    expect((await place.type(['chat', '[[env NOTE]]'])).stdout.trim()).toBe('hello');
    await stop();
    await execa('rm', [file]);
  });

  it('takes the file named with -f, its folder as the project, and --env-file from here', async () => {
    await execa('mkdir', [join(place.directory, 'sub')]);
    place.write('sub/other.yaml', 'runtime: openclaw\nx-note: the other\n');
    place.write('here.env', 'GREETING=from here\n');
    const other = (...argv: string[]) => place.type(['-f', 'sub/other.yaml', ...argv]);
    const typed = await other('run', '-d', ...IMAGE, '--env-file', 'here.env');
    expect(typed.stderr).not.toContain('✖');
    expect(typed.stdout).toMatch(/talk .* -f sub\/other\.yaml chat "hello"/);
    expect((await other('chat', '[[config]]')).stdout).toContain('x-note: the other');
    expect((await other('chat', '[[env GREETING]]')).stdout.trim()).toBe('from here');
    expect((await place.type(['stop'])).stdout).toContain('Nothing runs');
    expect((await other('stop')).stdout).toContain('openclaw is stopped');
    await removeProject(openProject(join(place.directory, 'sub')).id);
  });

  it.each([
    [
      'FAIL=78',
      78,
      ['clawden.yaml:3:1  unknown key "chanels"', 'allowed here: channels', 'provider "nobody"'],
    ],
    ['DIE=70', 70, ['openclaw ended 5 times']],
  ])(
    'shows why %s failed, takes its exit code, leaves nothing but the volumes',
    async (variable, code, words) => {
      const typed = await run(['-d', '-e', variable]);
      expect(typed.exitCode).toBe(code);
      for (const word of words) expect(typed.stderr).toContain(word);
      expect(typed.stderr).toContain(`ended before it was ready (exit code ${code})`);
      expect(typed.stderr).toContain('.clawden/openclaw.log');
      expect(typed.stdout).toBe('');
      expect(await containers()).toBe('');
      expect(await docker('volume', 'ls', '-q')).toContain(`clawden-${id}-openclaw-state`);
    },
  );

  it('reports a failure as JSON too', async () => {
    const typed = await run(['-d', '--json', '-e', 'FAIL=78']);
    expect(JSON.parse(typed.stdout)).toMatchObject({ error: { code: 'container-failed' }, exitCode: 78 });
  });

  it('shows a live line on a terminal, and gives the cursor back', async () => {
    const argv = ['run', 'openclaw', ...IMAGE, '-d', '-e', 'READY_AFTER=1500'];
    const shown = await place.onTerminal(argv, 100);
    await stop();
    expect(shown).toMatch(/⠙ openclaw: waiting for the runtime to start \(\d s\)/);
    expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'));
    expect(shown).toMatch(/✔ openclaw 1\.2\.3 is ready after/);
    const unsized = await place.onTerminal(argv);
    await stop();
    expect(unsized).toContain('openclaw: waiting for the runtime to start\r\n');
    expect(unsized.length).toBeLessThan(2000);
  });

  it('given up with Ctrl-C, leaves nothing', async () => {
    const going = place.begin(['run', 'openclaw', ...IMAGE, '-d', '-e', 'READY_AFTER=60000']);
    await until('it waits', () => going.printed().includes('the runtime to start'));
    going.signal('SIGINT');
    expect((await going.done).exitCode).toBe(130);
    expect(await containers()).toBe('');
  });

  it('takes the next port when the usual one is taken, but not when it was told which', async () => {
    const squatter = createServer();
    await new Promise((resolve) =>
      squatter.once('error', resolve).listen(18789, '127.0.0.1', () => resolve(0)),
    );
    try {
      const typed = await run(['-d']);
      expect(typed.exitCode).toBe(0);
      expect(typed.stderr).toMatch(/Port 18789 of this machine is taken: openclaw uses 1879\d/);
      await stop();
      const told = await run(['-d', '--port', '18789']);
      expect(told.exitCode).toBe(69);
      expect(told.stderr).toMatch(/port 18789 of this machine is taken\n {2}→ --port 1879\d/);
      expect(await containers()).toBe('');
    } finally {
      squatter.close();
    }
  });

  it('says what to type when the image cannot be had', async () => {
    const typed = await place.type(['run', 'openclaw', '-d', '--image', 'localhost:1/nothing:here']);
    expect(typed.exitCode).toBe(69);
    expect(typed.stderr).toContain('image localhost:1/nothing:here is not here and could not be pulled');
  });
});

describe('clawden run in the foreground', () => {
  const begin = (...argv: string[]) => place.begin(['run', 'openclaw', ...IMAGE, ...argv]);

  it('follows the log, and Ctrl-C stops it cleanly', async () => {
    const going = begin();
    await until('it is ready', () => going.printed().includes('is ready at'));
    going.signal('SIGINT');
    const { exitCode, stdout, stderr } = await going.done;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('stopped as asked, exit code 0');
    expect(stderr).toContain('Ctrl-C again stops at once');
    expect(await containers()).toBe('');
  });

  it('a second Ctrl-C does not wait for the turn in flight', async () => {
    const going = begin();
    await until('it is ready', () => going.printed().includes('is ready at'));
    const turn = place.type(['chat', '[[delay 15000]] too late']);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    going.signal('SIGINT');
    await until('it drains', () => going.printed().includes('"stopping"'));
    going.signal('SIGINT');
    expect((await going.done).exitCode).toBe(137);
    expect(await turn).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('openclaw does not answer'),
    });
    expect(await containers()).toBe('');
  });

  it('ends with the container’s exit code', async () => {
    const { exitCode, stdout } = await begin('-e', 'DIE=70', '-e', 'DIE_AFTER=300').done;
    expect(exitCode).toBe(70);
    expect(stdout).toContain('ended 5 times');
    expect(await containers()).toBe('');
  });

  it('runs the runtime’s own program once with what follows --', async () => {
    const typed = await run(['--', 'exit', '3']);
    expect(typed).toMatchObject({ exitCode: 3, stdout: 'once: exit 3' });
    expect(await containers()).toBe('');
  });
});
