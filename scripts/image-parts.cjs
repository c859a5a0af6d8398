// Run inside a finished image as root (scripts/image.mjs pipes it in): prints its labels, the size in bytes and
// the version of every part. Every file belongs to exactly one part, so the sizes add up to the image.
const { existsSync, lstatSync, readdirSync, readFileSync } = require('node:fs');
const { gunzipSync } = require('node:zlib');

const own = '/opt/clawden';
const sizes = { base: 0, node: 0, supervisor: 0, relay: 0, koffi: 0, probe: 0 };
const seen = new Set(); // hard links count once
const skipped = new Set([
  '/proc',
  '/sys',
  '/dev',
  '/.dockerenv',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
]);

const exact = new Map([
  ['/usr/local/bin/node', 'node'],
  [`${own}/supervisor.cjs`, 'supervisor'],
  [`${own}/relay.cjs`, 'relay'],
  [`${own}/bin/health`, 'probe'],
]);
// Programs of a tool are spread over /usr; its build step left a list of them.
for (const name of existsSync(`${own}/tools`) ? readdirSync(`${own}/tools`) : [])
  for (const file of gunzipSync(readFileSync(`${own}/tools/${name}/files.gz`))
    .toString()
    .split('\n'))
    if (!exact.has(file)) exact.set(file, name);

walk('/');
const labels = {};
for (const [part, bytes] of Object.entries(sizes)) labels[`io.clawden.size.${part}`] = String(bytes);
labels['io.clawden.version.base'] = `debian ${read('/etc/debian_version').trim()}`;
labels['io.clawden.version.node'] = process.versions.node;
labels['io.clawden.version.koffi'] = JSON.parse(read(`${own}/node_modules/koffi/package.json`)).version;
for (const kind of ['runtimes', 'tools']) {
  for (const name of existsSync(`${own}/${kind}`) ? readdirSync(`${own}/${kind}`) : []) {
    const manifest = JSON.parse(read(`${own}/${kind}/${name}/manifest.json`));
    labels[`io.clawden.version.${name}`] = manifest.version;
    const described = `${own}/${kind}/${name}/tool.json`;
    const variables = existsSync(described) ? Object.keys(JSON.parse(read(described)).variables ?? {}) : [];
    if (variables.length > 0) labels[`io.clawden.variables.${name}`] = variables.join(',');
    if (manifest.plugins?.length > 0) labels[`io.clawden.plugins.${name}`] = manifest.plugins.join(',');
  }
}
console.log(JSON.stringify(labels));

function walk(path) {
  if (skipped.has(path)) return;
  const stat = lstatSync(path);
  if (stat.isDirectory()) {
    for (const name of readdirSync(path)) walk(path === '/' ? `/${name}` : `${path}/${name}`);
    return;
  }
  const key = `${stat.dev}:${stat.ino}`;
  if (!stat.isFile() || seen.has(key)) return;
  seen.add(key);
  const part = partOf(path);
  sizes[part] = (sizes[part] ?? 0) + stat.size;
}

function partOf(path) {
  const named = exact.get(path);
  if (named) return named;
  if (path.startsWith(`${own}/node_modules/`)) return 'koffi';
  return new RegExp(`^${own}/(?:runtimes|tools)/([^/]+)/`).exec(path)?.[1] ?? 'base';
}

function read(path) {
  return readFileSync(path, 'utf8');
}
