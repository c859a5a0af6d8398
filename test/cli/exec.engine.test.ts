import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labels } from '../../host-cli/engine-records.ts';
import { openProject } from '../../host-cli/project.ts';
import { startContainer, type TestContainer, testToken } from '../helpers/container.ts';
import { ctrl, hasTerminals, openTerminal } from '../helpers/terminal.ts';
import { bundle, type Typed, until, type Workplace, workplace } from './helpers.ts';

const secrets = { ANTHROPIC_API_KEY: 'sk-canary-model-key', TELEGRAM_BOT_TOKEN: '77:canary-bot-token' };
const instance = 'agent';

let script = '';
let place: Workplace;
let container: TestContainer;

beforeAll(async () => {
  script = await bundle();
  place = workplace(script);
  const known = {
    [labels.project]: openProject(place.directory).id,
    [labels.instance]: instance,
    [labels.runtime]: 'openclaw',
    [labels.settings]: 'x',
  };
  container = await startContainer({
    twin: {},
    env: { ...secrets, TELEGRAM_ALLOW_FROM: '7', TELEGRAM_API_ROOT: 'http://127.0.0.1:9' },
    run: Object.entries(known).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
  });
  await container.ready();
});

afterAll(async () => {
  await container?.[Symbol.asyncDispose]();
  place?.remove();
});

const exec = (command: readonly string[], input?: string): Promise<Typed> =>
  place.type(['exec', instance, '--', ...command], input === undefined ? {} : { input });

describe('clawden exec', () => {
  it('gives a command the runtime’s environment and none of the container’s secrets', async () => {
    const { stdout, stderr, exitCode } = await exec(['env']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('HOME=/home/clawden/state\n');
    expect(stdout).toContain('OPENCLAW_CONFIG_PATH=/run/clawden/openclaw/openclaw.json\n');
    expect(stdout).not.toContain('canary');
    expect(stdout).not.toContain(testToken);
    expect(stdout).not.toContain('door-');
    // The control: what the engine gives to whatever it starts.
    expect((await container.exec(['env'])).stdout).toContain(secrets.ANTHROPIC_API_KEY);
  });

  it('runs it as the container’s user, in the workspace', async () => {
    const typed = await exec(['sh', '-c', 'id -u; pwd']);
    expect(typed.stdout).toBe('10000\n/home/clawden/workspace');
  });

  it('knows the runtime’s own program by its name', async () => {
    expect((await exec(['openclaw', 'sessions', 'list --all'])).stdout).toBe(
      '{"twin":["sessions","list --all"]}',
    );
    expect((await exec(['openclaw', 'exit-9'])).exitCode).toBe(9);
  });

  it('passes on input, output and the exit code', async () => {
    expect(await exec(['tr', 'a-z', 'A-Z'], 'piped\n')).toMatchObject({ exitCode: 0, stdout: 'PIPED' });
    expect(await exec(['sh', '-c', 'echo wrong >&2; exit 7'])).toMatchObject({
      exitCode: 7,
      stderr: 'wrong',
    });
    expect((await exec(['no-such-program'])).exitCode).toBe(127);
    // Without a command: a shell, and without a name: the only instance.
    expect((await place.type(['exec'], { input: 'echo $((6 * 7))\n' })).stdout).toBe('42');
  });

  it('passes an interrupt on to the command, which says how it ends', async () => {
    const going = place.begin([
      'exec',
      '--',
      'sh',
      '-c',
      'trap "echo caught; exit 9" INT; echo up; while :; do sleep 0.1; done',
    ]);
    await until('the command runs', () => going.printed().includes('up'));
    going.signal('SIGINT');
    const { exitCode, stdout } = await going.done;
    expect([exitCode, stdout]).toEqual([9, 'up\ncaught']);
    expect((await container.exec(['sh', '-c', 'ls /run/clawden | grep exec-'])).stdout).toBe('');
  });

  it.skipIf(!hasTerminals())(
    'opens a shell on a terminal: keys, Ctrl-C and its size are the shell’s',
    async () => {
      const argv = [process.execPath, script, '--project-directory', place.directory, 'exec', instance];
      using terminal = openTerminal(argv, 30, 90);
      await terminal.shows('clawden@');
      terminal.type('stty size; sleep 100\n');
      await terminal.shows('30 90');
      terminal.type(ctrl.c);
      terminal.type('echo "still $((40 + 2))"\n');
      await terminal.shows('still 42');
      terminal.type('exit 3\n');
      expect(await terminal.ended).toBe(3);
    },
  );

  it('says which instances there are when the name is wrong', async () => {
    const typed = await place.type(['exec', 'agnt']);
    expect(typed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(typed.stderr).toContain('there is no instance "agnt" in this project; there is: agent');
  });
});

describe('an agent that puts something into the place of that environment', () => {
  const file = '/run/clawden/enter';
  const put = (line: string): Promise<unknown> =>
    container.exec(['sh', '-c', `cp ${file} /tmp/kept; ${line}`]);
  const back = (): Promise<unknown> => container.exec(['sh', '-c', `rm -f ${file}; cp /tmp/kept ${file}`]);

  it.each([
    ['nothing', `rm ${file}`],
    ['a link', `mv ${file} /tmp/moved; ln -s /tmp/moved ${file}`],
    ['a pipe', `rm ${file}; mkfifo ${file}`],
    ['half a file', `printf openclaw >${file}`],
    ['a device’s worth of nothing', `head -c 600000 /dev/zero >${file}`],
  ])('gets no command to run: %s', async (_what, line) => {
    await put(line);
    const typed = await exec(['env']);
    await back();
    expect(typed.exitCode).toBe(69);
    expect(typed.stdout).toBe('');
  });

  it('gains nothing by it: what it says comes into a process without secrets', async () => {
    const lines = ['openclaw', '/tmp', '22', 'x', '', 'PATH=/usr/bin:/bin', 'PLANTED=1'].map(
      (one) => `${one}\\000`,
    );
    await put(`printf '${lines.join('')}' >${file}`);
    const { stdout } = await exec(['env']);
    await back();
    expect(stdout).toContain('PLANTED=1');
    expect(stdout).not.toContain('canary');
  });
});
