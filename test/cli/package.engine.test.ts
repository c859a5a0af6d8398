import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
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

/** A line typed in that folder, by a user who has that Node and no network. */
async function typed(cwd: string, node: string, command: string, ...argv: readonly string[]): Promise<Typed> {
  const { PATH = '', DOCKER_HOST } = process.env;
  const path = [dirname(node), join(cwd, 'node_modules', '.bin'), PATH].join(delimiter);
  const env = {
    PATH: path,
    HOME: place,
    ...(DOCKER_HOST ? { DOCKER_HOST } : {}),
    npm_config_update_notifier: 'false',
  };
  const { exitCode, stdout, stderr } = await execa(command, argv, {
    cwd,
    env,
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
      ].sort(),
    );
    const texts = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['execa', 'yaml', 'picocolors'])
      expect(texts).toMatch(new RegExp(`^${name} \\d.*\\(`, 'm'));
  });
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
