import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import { version } from '../../host-cli/version.ts';
import { removeProject, root, STAND_IN, standIn, type Typed } from './helpers.ts';

/** Node 20 and 22 come from test/nodes, for Linux only; elsewhere the Node that runs this must do. */
const nodes = (['20', '22'] as const).map((major): [string, string] => [
  major,
  join(root, `test/nodes/node_modules/node${major}-linux-${process.arch}/bin/node`),
]);
const own: [string, string] = [process.versions.node.split('.')[0] ?? '', process.execPath];
const tested = process.platform === 'linux' ? [...nodes, own] : [own];

const place = realpathSync(mkdtempSync(join(tmpdir(), 'clawden-package-')));
const app = join(place, 'app');
const tarball = join(place, `clawden-${version()}.tgz`);
const id = (): string => openProject(app).id;

/** Of a user who has that Node and no network. */
function environment(cwd: string, node: string): Record<string, string> {
  const { PATH = '', DOCKER_HOST } = process.env;
  return {
    PATH: [dirname(node), join(cwd, 'node_modules', '.bin'), PATH].join(delimiter),
    HOME: place,
    ...(DOCKER_HOST ? { DOCKER_HOST } : {}),
    npm_config_update_notifier: 'false',
  };
}

/** A line typed in that folder, by such a user. */
async function typed(cwd: string, node: string, command: string, ...argv: readonly string[]): Promise<Typed> {
  const { exitCode, stdout, stderr } = await execa(command, argv, {
    cwd,
    env: environment(cwd, node),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

beforeAll(async () => {
  for (const [major, path] of tested) {
    if (!existsSync(path)) throw new Error(`Node ${major} is not here; type: npm ci --prefix test/nodes`);
  }
  mkdirSync(app);
  const folder = join(place, 'package');
  await execa(process.execPath, [join(root, 'scripts/package.ts'), '--out', folder]);
  const installed = await typed(
    app,
    process.execPath,
    'npm',
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    tarball,
  );
  expect(installed).toMatchObject({ exitCode: 0 });
  await standIn();
}, 300_000);

afterAll(async () => {
  await removeProject(id());
  rmSync(place, { recursive: true, force: true });
});

describe('the package for npm', () => {
  it('brings nothing but itself, and the licences of what it is made of', () => {
    expect(readdirSync(join(app, 'node_modules')).sort()).toEqual(['.bin', '.package-lock.json', 'clawden']);
    const folder = join(app, 'node_modules/clawden');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      name: 'clawden',
      version: version(),
      license: 'MIT',
      engines: { node: '>=20' },
    });
    for (const key of ['private', 'scripts', 'dependencies', 'devDependencies', 'optionalDependencies']) {
      expect(manifest).not.toHaveProperty(key);
    }
    expect(readdirSync(folder).sort()).toEqual(
      [
        'LICENSE',
        'README.md',
        'THIRD-PARTY-LICENSES.txt',
        'clawden.mjs',
        'cli',
        'package.json',
        'schema',
        'testing',
      ].sort(),
    );
    const texts = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['execa', 'yaml', 'picocolors', 'ws'])
      expect(texts).toMatch(new RegExp(`^${name} \\d.*\\(`, 'm'));
  });
});

it('the types of clawden/testing hold in a strict project that has no others', async () => {
  const suite = `import { type FakeTelegram, startDiscord, startSlack, startTelegram } from 'clawden/testing';
    const telegram: FakeTelegram = await startTelegram({ host: '0.0.0.0' });
    telegram.inject({ from: 7, file: { kind: 'voice', data: new Uint8Array(3) } });
    const size: number | undefined = (await telegram.nextSent({ chat: 7 })).files[0]?.data.length;
    const { max }: { max: number } = (await startDiscord()).connectionCount();
    (await startSlack({ ackWithin: 500 })).inject({ from: 'U1', text: String(size) + max });
    // @ts-expect-error: a person has to be named
    telegram.inject({ from: 'somebody' });`;
  writeFileSync(join(app, 'suite.mts'), suite);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const strict = ['--ignoreConfig', '--strict', '--noEmit', '--types', '', '--module', 'nodenext'];
  const checked = await typed(
    app,
    process.execPath,
    'node',
    tsc,
    ...strict,
    '--target',
    'es2022',
    'suite.mts',
  );
  expect(checked).toMatchObject({ stdout: '', exitCode: 0 });
});

describe.each(tested)('the package on Node %s', (major, node) => {
  const clawden = (...argv: string[]) => typed(app, node, 'clawden', ...argv);

  it('is run by that Node, and explains every command', async () => {
    expect((await typed(app, node, 'node', '-p', 'process.versions.node')).stdout).toMatch(
      new RegExp(`^${major}\\.`),
    );
    expect(await clawden('--version')).toEqual({ exitCode: 0, stdout: version(), stderr: '' });
    const overview = await clawden('--help');
    const names = [...overview.stdout.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name ?? '');
    expect(names).toContain('run');
    for (const name of names) {
      const help = await clawden(name, '--help');
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^clawden ${name}: `));
    }
  });

  it('lends its test servers to a suite of somebody else', async () => {
    const suite = join(app, 'suite.mjs');
    writeFileSync(
      suite,
      `import { startDiscord, startSlack, startTelegram } from 'clawden/testing';
      const [telegram, discord, slack] = await Promise.all([startTelegram(), startDiscord(), startSlack()]);
      telegram.addBot({ token: '1:a' });
      telegram.inject({ from: 7, text: 'hello' });
      const updates = await (await fetch(telegram.url + '/bot1:a/getUpdates')).json();
      discord.addBot({ token: 'MTAw.x.y', username: 'den' });
      const headers = { authorization: 'Bot MTAw.x.y' };
      const me = await (await fetch(discord.api + '/users/@me', { headers })).json();
      const app = slack.addApp({ botToken: 'xoxb-1', appToken: 'xapp-1' });
      const who = await (await fetch(slack.api + '/auth.test?token=xoxb-1')).json();
      console.log(updates.result[0].message.text, me.username, who.user_id === app.user);
      await Promise.all([telegram.close(), discord.close(), slack.close()]);`,
    );
    expect(await typed(app, node, 'node', suite)).toEqual({
      exitCode: 0,
      stdout: 'hello den true',
      stderr: '',
    });
  });

  it('runs them as programs too', async () => {
    const env = environment(app, node);
    const fakes = execa('clawden-fakes', ['telegram', '--bot', '1:a=my_bot'], {
      cwd: app,
      env,
      extendEnv: false,
      reject: false,
    });
    for await (const line of fakes) {
      const { url } = JSON.parse(line) as { url: string };
      const me = await (await fetch(`${url}/bot1:a/getMe`)).json();
      expect(me).toMatchObject({ result: { username: 'my_bot' } });
      fakes.kill('SIGTERM');
    }
    expect((await fakes).exitCode).toBe(0);
    const help = await typed(app, node, 'clawden-fakes', '--help');
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('telegram|discord|slack') });
    expect(await typed(app, node, 'clawden-fakes', 'matrix')).toMatchObject({ exitCode: 64, stdout: '' });
  });

  it('starts an instance, talks to it and stops it', async () => {
    expect(await clawden('stop')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing runs'),
    });
    const started = await clawden('run', 'openclaw', '-d', '--json', '--image', STAND_IN);
    expect(started.stderr).not.toContain('✖');
    expect(JSON.parse(started.stdout)).toMatchObject({ instance: 'openclaw', state: 'ready' });
    expect(await clawden('chat', 'hello')).toEqual({ exitCode: 0, stdout: 'hello', stderr: '' });
    expect((await clawden('stop')).stdout).toContain('openclaw is stopped');
  });

  it('is taken by npx in an empty folder, and names itself so', async () => {
    const empty = mkdtempSync(join(place, 'empty-'));
    const npx = (...argv: string[]) =>
      typed(empty, node, 'npx', '--offline', '--yes', `--package=${tarball}`, '--', 'clawden', ...argv);
    expect(await npx('--version')).toMatchObject({ exitCode: 0, stdout: version() });
    const logs = await npx('logs');
    expect(logs).toMatchObject({ exitCode: 1, stdout: '' });
    expect(logs.stderr).toContain('→ npx clawden run openclaw -d');
    expect(readdirSync(empty)).toEqual([]);
  });
});
