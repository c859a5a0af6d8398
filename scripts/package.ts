/**
 * What goes to npm, into dist/package/:  npm run package [-- --out DIR]
 * The command with everything it needs in it, the licences of what that is, and a manifest without dependencies.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundledPackages, licences, type Metafile } from './licences.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist/package') } } });
const out = resolve(values.out);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const build = [join(root, 'scripts/build.mjs'), 'cli', '--out', out];
const built = spawnSync(process.execPath, build, { stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);

const metafile = join(out, 'metafile-cli.json');
const folders = bundledPackages(JSON.parse(readFileSync(metafile, 'utf8')) as Metafile);
rmSync(metafile);
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences(folders.map((folder) => join(root, folder))));
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
copyFileSync(join(root, 'host-cli/README.md'), join(out, 'README.md'));
if (existsSync(join(root, 'schema'))) cpSync(join(root, 'schema'), join(out, 'schema'), { recursive: true });
console.log(`package: ${out} with ${folders.length} packages in it; type: npm pack ${out}`);

/** What a reader of the registry and npm itself need: no dependencies, no scripts, not private. */
function manifest(): unknown {
  const { name, version, description, keywords, homepage, bugs, repository, license, type, engines } =
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const bin = { clawden: 'clawden.mjs' };
  return { name, version, description, keywords, homepage, bugs, repository, license, type, bin, engines };
}
