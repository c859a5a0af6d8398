// Builds the image:  npm run image -- [--runtimes a,b] [--tools c,d|none] [--plugins x,y] [--tag NAME]
//                                     [--binary NAME=PATH]… [--allow-unpinned a,b]
// A hash of everything that goes in is a label on it, so a second run finds nothing to do.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createWriteStream,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runtimes as known } from '../runtimes/index.ts';
import { readOptions } from './image-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const log = join(root, 'dist', 'image.log');
const iidfile = join(root, 'dist', `image.${process.pid}.iid`);

/** Seconds for the teardown around the runtime's own budget. */
const stopMargin = 15;

const implemented = globSync('runtimes/*/install/install.sh', { cwd: root })
  .map((path) => path.split('/')[1])
  .sort();
const knownTools = globSync('tools/*/install.sh', { cwd: root })
  .map((path) => path.split('/')[1])
  .sort();
const { options, runtimes, tools, binaries } = chosen();

const base = execFileSync('sh', ['scripts/base.sh'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
}).trim();

const args = buildArguments();
const inputs = hashOfInputs();
const before = inspect(options.tag);
if (before?.Config.Labels?.['io.clawden.inputs'] === inputs) {
  say(`${options.tag} is up to date (${megabytes(before.Size)}), nothing to build`);
  process.exit(0);
}

const started = Date.now();
say(`building ${options.tag} with ${[...runtimes, ...tools].join(', ')}; full log in dist/image.log`);
mkdirSync(dirname(log), { recursive: true });
// In the build context only while it is built: a program that lies there is taken with `--binary` alone.
for (const { name, path } of binaries) {
  mkdirSync(dirname(byHand(name)), { recursive: true });
  copyFileSync(path, byHand(name));
}
process.on('exit', () => {
  for (const { name } of binaries) rmSync(byHand(name), { force: true });
});
await build(['--iidfile', iidfile]);
// Sizes are measured in the finished image and become its labels: same steps again, all of them cached.
const unlabelled = readFileSync(iidfile, 'utf8').trim();
const labels = describe(unlabelled);
await build([
  '--iidfile',
  iidfile,
  '--tag',
  options.tag,
  ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
]);
rmSync(iidfile);
// Without a tag they would only fill the disk; refused, and rightly so, while a container uses one.
for (const id of [unlabelled, before?.Id])
  if (inspect(id)?.RepoTags.length === 0) quietly(['image', 'rm', id]);

const built = inspect(options.tag);
for (const [name, value] of Object.entries(labels).filter(([name]) => name.startsWith('io.clawden.size.')))
  say(`  ${name.slice('io.clawden.size.'.length).padEnd(12)}${megabytes(Number(value)).padStart(10)}`);
say(`${options.tag}: ${megabytes(built.Size)}, built in ${Math.round((Date.now() - started) / 1000)} s`);

function chosen() {
  try {
    return readOptions(process.argv.slice(2), implemented, knownTools);
  } catch (error) {
    return quit(64, error.message);
  }
}

function buildArguments() {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const pluginArguments = [...dockerfile.matchAll(/^ARG (\w+_PLUGINS)=/gm)].map(([, name]) => name);
  const values = {
    NODE_IMAGE: base,
    RUNTIMES: runtimes.join(','),
    TOOLS: tools.join(',') || 'none',
    BY_HAND: binaries.map(({ name }) => name).join(','),
    ALLOW_UNPINNED: options['allow-unpinned'],
  };
  for (const name of pluginArguments) values[name] = options.plugins;
  return Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
}

/** What Dockerfile copies, Dockerfile itself, the base and the arguments; .dockerignore names the same files. */
function hashOfInputs() {
  const hash = createHash('sha256');
  const files = globSync(
    [
      'Dockerfile',
      '.dockerignore',
      'package.json',
      'package-lock.json',
      '.npmrc',
      'tsconfig.json',
      'scripts/build.mjs',
      'scripts/fetch-release.mjs',
      'scripts/install-tools.sh',
      'scripts/image-parts.cjs',
      'supervisor/**/*.*',
      'runtimes/**/*.*',
      'runtimes/*/vendor/*',
      'tools/**/*.*',
    ],
    { cwd: root, exclude: (name) => /(^|\/)(golden|node_modules)(\/|$)|\.test\.ts$/.test(name) },
  );
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  for (const { path } of binaries) hash.update(readFileSync(path));
  hash.update(inspect(base)?.Id ?? base).update(JSON.stringify(args));
  return hash.digest('hex').slice(0, 32);
}

async function build(extra) {
  const ca = [process.env.NODE_EXTRA_CA_CERTS, npmCaFile(), '/etc/ssl/certs/ca-certificates.crt'];
  const bundle = ca.find((path) => path && existsSync(path));
  const secret = bundle ? ['--secret', `id=ca,src=${bundle}`] : [];
  const child = spawn(
    'sh',
    ['scripts/buildkit.sh', '--progress=plain', ...args, ...secret, ...extra, '--file', 'Dockerfile', '.'],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const file = createWriteStream(log);
  const tail = [];
  const steps = new Map();
  const onLine = (line) => {
    file.write(`${line}\n`);
    tail.push(line);
    if (tail.length > 40) tail.shift();
    showProgress(line, steps);
  };
  createInterface({ input: child.stdout }).on('line', onLine);
  createInterface({ input: child.stderr }).on('line', onLine);
  const code = await new Promise((resolve) => child.on('close', resolve));
  file.end();
  if (code !== 0) {
    console.error(tail.join('\n'));
    quit(code ?? 1, 'the build failed; its last lines are above, all of them in dist/image.log');
  }
}

/** Of BuildKit's plain output: the lines that install steps say themselves, and each step that took a second. */
function showProgress(line, steps) {
  const [, id, rest] = /^(#\d+) (.*)$/.exec(line) ?? [];
  if (!id) return;
  const spoken = /^[\d.]+ ([a-z]+: .*)$/.exec(rest)?.[1];
  const seconds = Number(/^DONE ([\d.]+)s$/.exec(rest)?.[1] ?? 0);
  if (!steps.has(id)) steps.set(id, rest);
  else if ([...implemented, ...knownTools].includes(spoken?.split(':')[0])) say(`  ${spoken}`);
  else if (seconds >= 1) say(`  ${seconds.toFixed(0).padStart(3)} s  ${(steps.get(id) ?? id).slice(0, 90)}`);
}

function describe(image) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const found = JSON.parse(
    execFileSync(
      'docker',
      ['run', '--rm', '-i', '--network=none', '--user=0', '--entrypoint=/usr/local/bin/node', image, '-'],
      { input: readFileSync(join(root, 'scripts', 'image-parts.cjs')), encoding: 'utf8' },
    ),
  );
  const revision = quietly(['rev-parse', 'HEAD'], 'git');
  return {
    'org.opencontainers.image.version': version,
    ...(revision ? { 'org.opencontainers.image.revision': revision } : {}),
    'io.clawden.inputs': inputs,
    'io.clawden.runtimes': runtimes.join(','),
    'io.clawden.tools': tools.join(','),
    'io.clawden.version.supervisor': version,
    ...launchLabels(),
    ...found,
  };
}

/** What a launcher must know before it starts a container: the public port, and how long a stop may take. */
function launchLabels() {
  return Object.fromEntries(
    known
      .filter(({ descriptor }) => runtimes.includes(descriptor.name))
      .flatMap(({ descriptor: { name, defaultPort, stop } }) => [
        [`io.clawden.port.${name}`, String(defaultPort)],
        [`io.clawden.stop-timeout.${name}`, String(Math.ceil(stop.budget / 1000) + stopMargin)],
      ]),
  );
}

function npmCaFile() {
  const value = quietly(['config', 'get', 'cafile'], 'npm');
  return value === 'null' ? undefined : value;
}

function byHand(name) {
  return join(root, 'runtimes', name, 'vendor', name);
}

function inspect(image) {
  const text = image && quietly(['image', 'inspect', image]);
  return text ? JSON.parse(text)[0] : undefined;
}

function quietly(argv, program = 'docker') {
  try {
    return execFileSync(program, argv, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function say(text) {
  console.log(`image: ${text}`);
}

function quit(code, text) {
  console.error(`image: ${text}`);
  process.exit(code);
}
