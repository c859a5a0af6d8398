// What `npm start`, `npm test`, `npm run image|check|bench|conformance|channels|kills` run first. No dependencies, Node 20 or newer.
// Brings the checkout to the point where the verb can run: packages, Node 24, bundles, engine, image.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sideBySide } from './side-by-side.mjs';

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(
    `clawden needs Node 20 or newer; this is ${process.version}. See https://nodejs.org/en/download`,
  );
  process.exit(69);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const [verb = '', ...rest] = process.argv.slice(2);

const checks = [
  ['format and lint', () => node24('node_modules/@biomejs/biome/bin/biome', 'check', '.')],
  ['types', () => node24('node_modules/typescript/bin/tsc', '--noEmit')],
  ['import rules', () => node24('scripts/imports.mjs')],
  ['docs', () => node24('scripts/docs.ts', '--check')],
  ['unit tests', () => vitest('unit')],
];
const packages = ['packages', () => install(root)];
// Only the tests need them, so `npm ci` does not bring them to everyone.
const olderNodes = ['older Nodes', () => install(join(root, 'test', 'nodes'))];
const bundles = ['bundles', bundle];
const engine = ['engine', () => run('sh', ['scripts/engine.sh'])];
// The runtime that comes from the package registry: the others' releases are not reachable from everywhere.
const openclaw = ['scripts/image.mjs', '--runtimes', 'openclaw'];
const image = ['image', () => node24(...openclaw)];
const plugins = ['--plugins', 'discord,slack', '--tag', 'clawden-runtime:plugins'];
const imageWithPlugins = ['with plugins', () => node24(...openclaw, ...plugins)];

const verbs = {
  start: [packages, bundles, engine, image, ['start', () => node24('scripts/start.mjs', ...rest)]],
  image: [packages, engine, ['image', () => node24('scripts/image.mjs', ...rest)]],
  check: [packages, ...checks],
  test: [
    packages,
    ...checks,
    bundles,
    engine,
    image,
    imageWithPlugins,
    olderNodes,
    ['process tests', () => vitest('process')],
    ['container tests', containerTests],
  ],
  // It builds an image of its own, with the runtime that is named.
  conformance: [
    packages,
    engine,
    ['conformance', () => node24('node_modules/tsx/dist/cli.mjs', 'test/conformance/main.ts', ...rest)],
  ],
  // The same, with the runtime's channel plugins in the image.
  channels: [
    packages,
    engine,
    ['channels', () => node24('node_modules/tsx/dist/cli.mjs', 'test/channels/main.ts', ...rest)],
  ],
  kills: [packages, ['kills', () => node24('node_modules/tsx/dist/cli.mjs', 'test/relay/kills.ts', ...rest)]],
  bench: [
    packages,
    bundles,
    engine,
    image,
    ['benchmarks', () => node24('node_modules/tsx/dist/cli.mjs', 'test/bench/main.ts', ...rest)],
  ],
};

const steps = verbs[verb];
if (!steps) {
  console.error(`usage: node scripts/bootstrap.mjs ${Object.keys(verbs).join('|')}`);
  process.exit(64);
}

// Ctrl-C reaches the child too, being in the same process group; what it answers decides.
process.on('SIGINT', () => {});
for (const [name, work] of steps) {
  const started = Date.now();
  const code = await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (code !== 0) {
    console.error(`clawden: ${name} failed after ${seconds} s (exit code ${code})`);
    process.exit(code);
  }
  console.log(`clawden: ${name.padEnd(16)} ${seconds.padStart(6)} s`);
}

/** `npm ci` unless what is installed is what the lock file of the folder says. */
function install(folder) {
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  const found = existsSync(hidden) ? JSON.parse(readFileSync(hidden, 'utf8')).packages : {};
  const same = Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    return path in found ? found[path].version === entry.version : entry.optional === true;
  });
  if (same && existsSync(join(folder, 'node_modules', '.bin'))) return 0;
  // No package here needs its install scripts; engines are warnings only, since Node 24 runs what needs it.
  return run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    shell: process.platform === 'win32',
    cwd: folder,
  });
}

/** Bundles again only when a source, a dependency or the build itself changed. */
async function bundle() {
  const hash = createHash('sha256');
  for (const file of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'scripts/build.mjs',
    ...sources(),
  ])
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  const digest = hash.digest('hex');
  const stamp = join(root, 'dist', '.sources');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return 0;
  const code = await node24('scripts/build.mjs');
  if (code === 0) writeFileSync(stamp, digest);
  return code;
}

function sources() {
  return ['supervisor', 'runtimes', 'host-cli']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
    )
    .filter(
      (path) => /\.(ts|json)$/.test(path) && !path.endsWith('.test.ts') && !path.includes('node_modules'),
    )
    .sort();
}

/** The tests of the command mostly wait, those of the runtimes mostly work. */
function containerTests() {
  const log = join(root, 'dist', 'image-tests.log');
  return sideBySide(
    (stdio) => vitest('e2e', { stdio }),
    (stdio) => vitest('image', { stdio }),
    log,
  );
}

function vitest(project, options) {
  return node24With(options, 'node_modules/vitest/vitest.mjs', 'run', '--project', project);
}

function node24(...argv) {
  return node24With({}, ...argv);
}

/** Node 24 comes from npm on Linux (optional dependencies); elsewhere the system's must do. */
function node24With(options, ...argv) {
  const local = join(bin, 'node');
  const node = existsSync(local) ? local : process.execPath;
  const major = Number(
    spawnSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).stdout,
  );
  if (!(major >= 24)) {
    console.error(
      `clawden: Node 24 is needed for this and ${node} is ${major}; type: npm ci --include=optional`,
    );
    return 69;
  }
  return run(node, argv, options);
}

function run(program, argv, options = {}) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return new Promise((resolve) => {
    spawn(program, argv, { cwd: root, stdio: 'inherit', env, ...options })
      .on('error', (error) => {
        console.error(`clawden: cannot run ${program}: ${error.message}`);
        resolve(69);
      })
      .on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
