/**
 * What goes to npm, into dist/package/, and its tarball beside that:  npm run package [-- --out DIR]
 * The command with everything it needs in it, the licences of what that is, and a manifest without dependencies.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundledPackages, licences, type Metafile } from './licences.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist/package') } } });
const out = resolve(values.out);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
run(process.execPath, join(root, 'scripts/build.mjs'), 'cli', '--out', out);

const metafile = join(out, 'metafile-cli.json');
const folders = bundledPackages(JSON.parse(readFileSync(metafile, 'utf8')) as Metafile);
rmSync(metafile);
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

/** What a reader of the registry and npm itself need: no dependencies, no scripts, not private. */
function manifest(): unknown {
  const { name, version, description, keywords, homepage, bugs, repository, license, type, engines } =
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const bin = { clawden: 'clawden.mjs' };
  return { name, version, description, keywords, homepage, bugs, repository, license, type, bin, engines };
}
