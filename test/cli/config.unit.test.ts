import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
beforeAll(async () => {
  place = workplace(await bundle());
});
afterAll(() => place.remove());

/** A project folder with these files, on a machine without any engine. */
function project(files: Readonly<Record<string, string>>): Pick<Workplace, 'type'> {
  for (const name of ['clawden.yaml', '.env']) rmSync(join(place.directory, name), { force: true });
  for (const [name, text] of Object.entries(files)) place.write(name, text);
  return {
    type: (argv, more) => place.type(argv, { ...more, env: { PATH: '/nonexistent', ...more?.env } }),
  };
}

interface NativeRecord {
  readonly files: readonly { readonly path: string; readonly mode: string; readonly content: string }[];
  readonly argv: readonly string[];
  readonly environment: readonly string[];
}

const dotenv =
  '# keys\nANTHROPIC_API_KEY=canary-of-the-provider\nONE_TOKEN=111111:canary-of-the-bot\nWORK_KEY=canary-of-the-work\n';
const two = `provider: anthropic
env: { EDITOR: vim }
channels:
  one: { type: telegram, token: $ONE_TOKEN, allow_from: [7] }
runtimes:
  - name: openclaw
    id: work
    channels: [one]
    memory: 1g
    config:
      port: 18800
      tools: { web: { search: { apiKey: $WORK_KEY } } }
  - name: zeroclaw
    env: { SECRET_NOTE: "see \${WORK_KEY}" }
`;
const broken = `provider: antropic
channels:
  one: { type: telegram, token: "111111:canary-of-the-bot" }
runtimes:
  - name: openclaw
    channels: [one]
    config: { port: 80 }
`;

describe('clawden config check', () => {
  it('says a line per instance, and what to know of them', async () => {
    const here = project({ '.env': dotenv, 'clawden.yaml': two.replace(', allow_from: [7]', '') });
    const typed = await here.type(['config', 'check']);
    expect(typed).toMatchObject({ exitCode: 0 });
    expect(typed.stdout).toMatchSnapshot();
    expect(typed.stderr).toMatch(/^! work: channel one has no allow_from/);
  });

  it('says everything that is wrong at once, and ends with 78', async () => {
    const typed = await project({ 'clawden.yaml': broken }).type(['config', 'check']);
    expect(typed).toMatchObject({ exitCode: 78, stdout: '' });
    expect(typed.stderr).toMatchSnapshot();
    expect(typed.stderr).not.toContain('canary');
  });

  it.each([
    ['no runtime at all', {}, [], {}],
    ['an absent tool name', { 'clawden.yaml': 'runtime: openclaw\ntools: [No Tool]\n' }, [], {}],
    ['a wrong variable', { 'clawden.yaml': 'runtime: openclaw\n' }, [], { CLAWDEN_LOG_LEVEL: 'loud' }],
    ['a wrong -e', { 'clawden.yaml': 'runtime: openclaw\n' }, ['-e', 'CLAWDEN_LOG_LEVEL=loud'], {}],
    ['a broken .env', { 'clawden.yaml': 'runtime: openclaw\n', '.env': 'a b c\n' }, [], {}],
    ['a list', { 'clawden.yaml': '- openclaw\n' }, [], {}],
  ])('ends with 78 for %s', async (_what, files, argv, env) => {
    const typed = await project(files).type(['config', 'check', ...argv], { env });
    expect(typed.stderr).toMatch(/✖/);
    expect(typed.exitCode).toBe(78);
  });

  it('plans from variables where there is no file', async () => {
    const typed = await project({ '.env': 'RUNTIME=picoclaw\n' }).type(['config', 'check']);
    expect(typed.exitCode).toBe(0);
    expect(typed.stdout).toContain('the variables (there is no clawden.yaml): 1 instance');
    expect(typed.stdout).toMatch(/picoclaw +picoclaw +echo\/echo +–/);
  });

  it('gives a script one JSON document, with the line of .env where a variable is wrong', async () => {
    const right = await project({ '.env': dotenv, 'clawden.yaml': two }).type(['config', 'check', '--json']);
    expect(JSON.parse(right.stdout)).toMatchObject({
      version: 1,
      ok: true,
      file: 'clawden.yaml',
      problems: [],
      instances: [
        {
          name: 'work',
          runtime: 'openclaw',
          provider: 'anthropic',
          model: 'claude-sonnet-4-5',
          channels: [{ name: 'one', type: 'telegram', mode: 'native' }],
          tools: [],
          port: 18_800,
          notices: [],
        },
        { name: 'zeroclaw' },
      ],
    });
    const wrong = await project({ '.env': 'A=b\nCLAWDEN_LOG_LEVEL=loud\n', 'clawden.yaml': broken }).type([
      'config',
      'check',
      '--json',
    ]);
    expect(wrong.exitCode).toBe(78);
    const { ok, problems } = JSON.parse(wrong.stdout) as { ok: boolean; problems: { code: string }[] };
    expect(ok).toBe(false);
    expect(problems).toContainEqual({
      code: 'unknown-provider',
      message: 'provider "antropic" is not known (did you mean "anthropic"?)',
      fix: expect.stringContaining('known: anthropic') as string,
      file: 'clawden.yaml',
      line: 1,
      column: 11,
    });
    expect(problems.find(({ code }) => code === 'wrong-value')).toMatchObject({
      file: '.env',
      line: 2,
      column: null,
    });
  });

  it('paints place and caret on a terminal only', async () => {
    const here = project({ 'clawden.yaml': broken });
    const painted = await here.type(['config', 'check'], { env: { FORCE_COLOR: '1' } });
    expect(painted.stderr).toContain('\u001b[1mclawden.yaml:1:11\u001b[22m');
    expect(painted.stderr).toContain('\u001b[31m^\u001b[39m');
    const plain = await here.type(['config', 'check']);
    expect(painted.stderr.replace(/\u001b\[\d+m/g, '')).toBe(plain.stderr);
  });
});

describe('clawden config show', () => {
  it('prints what the file comes to, secrets as references', async () => {
    const here = project({ '.env': `${dotenv}CLAWDEN_STOP_BUDGET=30\n`, 'clawden.yaml': two });
    const typed = await here.type(['config', 'show']);
    expect(typed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(typed.stdout).toMatchSnapshot();
    expect((await here.type(['config', 'show'])).stdout).toBe(typed.stdout);
    const json = JSON.parse((await here.type(['config', 'show', 'zeroclaw', '--json'])).stdout) as object;
    expect(json).toMatchObject({
      version: 1,
      instances: [{ name: 'zeroclaw', settings: { runtime: 'zeroclaw' } }],
    });
  });

  it.each(['openclaw', 'picoclaw', 'zeroclaw'])(
    'prints the files of %s, command and variables',
    async (runtime) => {
      const yaml = `runtime: ${runtime}\nmemory: 1g\nchannels: { telegram: { token: $ONE_TOKEN, allow_from: [7] } }\n`;
      const here = project({ '.env': dotenv, 'clawden.yaml': yaml });
      const typed = await here.type(['config', 'show', '--native']);
      expect(typed).toMatchObject({ exitCode: 0, stderr: '' });
      const json = await here.type(['config', 'show', '--native', '--json']);
      expect(typed.stdout + json.stdout).not.toContain('canary');
      const { instances } = JSON.parse(json.stdout) as { instances: readonly NativeRecord[] };
      expect(instances).toMatchObject([{ name: runtime, runtime }]);
      const [{ files = [], argv = [], environment = [] } = {}] = instances;
      expect(files.length).toBeGreaterThan(0);
      for (const { path, mode, content } of files)
        expect(typed.stdout).toContain(`\n# ${path}  ${mode}\n${content.trimEnd()}`);
      expect(typed.stdout).toContain(`\n# command: ${argv.join(' ')}\n`);
      expect(typed.stdout).toContain(`\n# variables: ${environment.join(' ')}\n`);
    },
  );
});

describe('clawden config explain', () => {
  it('says of each value where it comes from, and of each channel why it is served so', async () => {
    const here = project({ '.env': dotenv, 'clawden.yaml': two });
    const typed = await here.type(['config', 'explain', 'work', '--model', 'mine'], {
      env: { CLAWDEN_LOG_LEVEL: 'debug' },
    });
    expect(typed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(typed.stdout).toMatchSnapshot();
    const json = JSON.parse((await here.type(['config', 'explain', '--json'])).stdout) as {
      instances: { name: string; settings: { setting: string; value: string; from: string }[] }[];
    };
    expect(json.instances.map(({ name }) => name)).toEqual(['work', 'zeroclaw']);
    expect(json.instances[1]?.settings).toContainEqual({
      setting: 'env.SECRET_NOTE',
      value: '(set)',
      from: 'clawden.yaml:14 ← .env:4 (WORK_KEY)',
    });
    expect(JSON.stringify(json)).not.toContain('canary');
  });
});

describe('clawden config', () => {
  it.each([
    [['config'], 64, 'clawden.mjs config check'],
    [['config', 'chek'], 64, 'did you mean check?'],
    [['config', 'check', '--native'], 64, 'it belongs to config show'],
    [['config', 'check', 'work'], 64, 'does not know what to do with "work"'],
    [['config', 'show', 'wrk'], 64, 'there is no instance "wrk" in clawden.yaml (did you mean work?)'],
    [['config', 'show', '-f', 'other.yaml'], 64, 'other.yaml cannot be read'],
    [['config', 'check', '--image', 'x:y'], 69, 'neither docker nor podman'],
  ])('%j is refused', async (argv, exitCode, says) => {
    const typed = await project({ '.env': dotenv, 'clawden.yaml': two }).type(argv);
    expect(typed.stderr).toContain(says);
    expect(typed.exitCode).toBe(exitCode);
  });

  it('hides what a secret’s name brought, however short it is', async () => {
    const { type } = project({
      '.env': 'DOOR_PASSWORD=abc1\nEDITOR=vim9\n',
      'clawden.yaml': 'runtime: openclaw\nprovider: echo\nenv: {PIN: $DOOR_PASSWORD, EDITOR: $EDITOR}\n',
    });
    const shown = (await type(['config', 'show'])).stdout;
    expect(shown).toContain('  PIN: $DOOR_PASSWORD\n  EDITOR: vim9\n');
    const explained = (await type(['config', 'explain'])).stdout;
    expect(explained).toMatch(/env\.PIN +\(set\)/);
    expect(shown + explained).not.toContain('abc1');
  });

  it('does not show what a wrong file would come to', async () => {
    const typed = await project({ 'clawden.yaml': broken }).type(['config', 'show']);
    expect(typed).toMatchObject({ exitCode: 78, stdout: '' });
    expect(typed.stderr).toContain('problems above');
  });
});
