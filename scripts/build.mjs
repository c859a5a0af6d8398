// The three bundles, into dist/:  node scripts/build.mjs [supervisor] [relay] [cli]   (default: all)
// White space goes, since the source stays in PID 1's memory; names stay, so that a stack trace can be read.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const image = { format: 'cjs', target: 'node24', external: ['koffi'] };
const bundles = {
  supervisor: { ...image, entry: 'supervisor/main.ts', out: 'supervisor.cjs' },
  relay: { ...image, entry: 'supervisor/relay/main.ts', out: 'relay.cjs' },
  cli: { format: 'esm', target: 'node20', entry: 'host-cli/main.ts', out: 'clawden.mjs', executable: true },
};

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(bundles)) {
  if (!Object.hasOwn(bundles, name)) {
    console.error(`build: no bundle "${name}"; there are: ${Object.keys(bundles).join(', ')}`);
    process.exit(64);
  }
  await bundle(name, bundles[name]);
}

async function bundle(name, { entry, out, executable = false, ...options }) {
  const outfile = join(root, 'dist', out);
  mkdirSync(dirname(outfile), { recursive: true });
  const result = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
    // Sources that also run unbundled use it behind a check.
    logOverride: { 'empty-import-meta': 'silent' },
    ...(executable ? { banner: { js: banner(entry) } } : {}),
  }).catch(() => process.exit(1)); // esbuild has printed why
  writeFileSync(join(root, 'dist', `metafile-${name}.json`), JSON.stringify(result.metafile));
  console.log(`build: dist/${out}  ${Math.ceil(statSync(outfile).size / 1024)} kB`);
}

/** CommonJS dependencies inside an ES module call `require`; esbuild keeps a `#!` line that the source has. */
function banner(entry) {
  const has = readFileSync(join(root, entry), 'utf8').startsWith('#!');
  const require =
    "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";
  return has ? require : `#!/usr/bin/env node\n${require}`;
}
