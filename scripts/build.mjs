// The bundles:  node scripts/build.mjs [supervisor] [relay] [cli] [testing] [--out DIR]   (default: the first three, into dist/)
// White space goes, since the source stays in PID 1's memory; names stay, so that a stack trace can be read.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { relayAlias } from './relay-alias.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const image = { format: 'cjs', target: 'node24', external: ['koffi'] };
// What speaks to a platform is a file of its own, loaded when a channel of its type is relayed.
const types = readdirSync(join(root, 'supervisor/channels'));
const adapters = types
  .map((type) => ({ in: `supervisor/channels/${type}/adapter.ts`, out: `adapters/${type}` }))
  .filter((entry) => existsSync(join(root, entry.in)));
const published = {
  format: 'esm',
  target: 'node20',
  splitting: true,
  // CommonJS packages inside an ES module call `require`.
  banner: {
    js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  },
};
const bundles = {
  supervisor: { ...image, entryPoints: [{ in: 'supervisor/main.ts', out: 'supervisor' }] },
  relay: {
    ...image,
    entryPoints: [{ in: 'supervisor/relay/main.ts', out: 'relay' }, ...adapters],
    alias: relayAlias,
  },
  // A small entry and one chunk per command, so that each loads what it uses.
  cli: {
    ...published,
    entryPoints: [{ in: 'host-cli/main.ts', out: 'clawden' }],
    chunkNames: 'cli/[name]-[hash]',
    define: { CLAWDEN_VERSION: JSON.stringify(version) },
  },
  // `clawden/testing` and its program.
  testing: {
    ...published,
    entryPoints: [
      { in: 'test/fakes/testing/index.ts', out: 'testing/index' },
      { in: 'test/fakes/testing/main.ts', out: 'testing/clawden-fakes' },
    ],
    chunkNames: 'testing/[name]-[hash]',
  },
};
const extensions = { cjs: '.cjs', esm: '.mjs' };

const { values, positionals: names } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist') } },
  allowPositionals: true,
});
const out = resolve(values.out);
for (const name of names.length > 0 ? names : ['supervisor', 'relay', 'cli']) {
  if (!Object.hasOwn(bundles, name)) {
    console.error(`build: no bundle "${name}"; there are: ${Object.keys(bundles).join(', ')}`);
    process.exit(64);
  }
  await bundle(name, bundles[name]);
}

async function bundle(name, options) {
  mkdirSync(out, { recursive: true });
  // Chunks are named by their content: those of the last build would stay beside the new ones.
  rmSync(join(out, name), { recursive: true, force: true });
  if (name === 'relay') rmSync(join(out, 'adapters'), { recursive: true, force: true });
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    outdir: out,
    outExtension: { '.js': extensions[options.format] },
    bundle: true,
    platform: 'node',
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
    // Sources that also run unbundled use it behind a check.
    logOverride: { 'empty-import-meta': 'silent' },
  }).catch(() => process.exit(1)); // esbuild has printed why
  writeFileSync(join(out, `metafile-${name}.json`), JSON.stringify(metafile));
  const [entry] = options.entryPoints;
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  const chunks = Object.keys(metafile.outputs).length - 1;
  const more = chunks > 0 ? ` in ${chunks + 1} files` : '';
  console.log(
    `build: ${join(basename(out), `${entry.out}${extensions[options.format]}`)}  ${Math.ceil(bytes / 1024)} kB${more}`,
  );
}
