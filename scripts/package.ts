/**
 * What goes to npm, into dist/package/, and its tarball beside that:  npm run package [-- --out DIR]
 * The command and `clawden/testing` with everything they need in them, the licences of what that is, and a manifest
 * without dependencies.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundledPackages, licences, type Metafile } from './licences.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist/package') } } });
const out = resolve(values.out);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const bundles = ['cli', 'testing'];
run(process.execPath, join(root, 'scripts/build.mjs'), ...bundles, '--out', out);
declarations();

const metafiles = bundles.map((name) => join(out, `metafile-${name}.json`));
const folders = bundledPackages({
  outputs: Object.assign(
    {},
    ...metafiles.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as Metafile).outputs),
  ),
});
for (const file of metafiles) rmSync(file);
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences(folders.map((folder) => join(root, folder))));
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
copyFileSync(join(root, 'host-cli/README.md'), join(out, 'README.md'));
cpSync(join(root, 'schema'), join(out, 'schema'), { recursive: true });
const beside = dirname(out);
for (const old of readdirSync(beside).filter((name) => /^clawden-.*\.tgz$/.test(name)))
  rmSync(join(beside, old));
run('npm', 'pack', '--silent', '--pack-destination', beside, out);
console.log(
  `package: ${folders.length} packages are in it; type: npm install --global ${beside}/clawden-*.tgz`,
);

function run(program: string, ...argv: readonly string[]): void {
  const { status } = spawnSync(program, argv, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

/** The types of `clawden/testing`: its own folder is all that they may need. */
function declarations(): void {
  const emitted = mkdtempSync(join(tmpdir(), 'clawden-types-'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run(process.execPath, tsc, '--project', join(root, 'test/fakes/testing'), '--outDir', emitted);
  const folder = join(emitted, 'testing');
  for (const name of readdirSync(folder).filter((file) => file !== 'main.d.ts')) {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll(/'(\.\/\w+)\.ts'/g, "'$1.js'");
    const foreign = /from '(?!\.\/)[^']*'/.exec(text)?.[0];
    if (foreign) throw new Error(`${name} of clawden/testing takes types ${foreign}`);
    writeFileSync(join(out, 'testing', name), text);
  }
  rmSync(emitted, { recursive: true });
}

/** What a reader of the registry and npm itself need: no dependencies, no scripts, not private. */
function manifest(): unknown {
  const { name, version, description, keywords, homepage, bugs, repository, license, type, engines } =
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const bin = { clawden: 'clawden.mjs', 'clawden-fakes': 'testing/clawden-fakes.mjs' };
  const exports = {
    './testing': { types: './testing/index.d.ts', default: './testing/index.mjs' },
    './schema/*': './schema/*',
    './package.json': './package.json',
  };
  const about = { name, version, description, keywords, homepage, bugs, repository, license };
  return { ...about, type, bin, exports, engines };
}
