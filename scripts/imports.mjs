/**
 * Keeps the map: which folder may import which. Type-only imports cross freely, since they are erased. Also keeps the
 * rules that a linter has no word for: no runtime's or channel's name in a branch outside its own folder, no
 * node:child_process off the main thread's process layer, files of at most 250 lines.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = new URL('..', import.meta.url).pathname;

/** Folder → prefixes it may take values from. The longest matching folder decides. */
const may = {
  'supervisor/main.ts': ['supervisor/boot', 'supervisor/errors'],
  'supervisor/boot': [
    'supervisor/boot',
    'supervisor/config',
    'supervisor/errors',
    'supervisor/http',
    'supervisor/process',
    'supervisor/providers',
    'supervisor/render',
    'supervisor/secret-door',
    'supervisor/supervise',
    'supervisor/tools',
    'supervisor/channels/fields.ts',
    'supervisor/claims',
    'runtimes/index.ts',
  ],
  'supervisor/config': [
    'supervisor/config',
    'supervisor/errors',
    'supervisor/providers',
    'supervisor/channels/fields.ts',
  ],
  'supervisor/errors': ['supervisor/errors'],
  'supervisor/providers': ['supervisor/providers'],
  'supervisor/channels': ['supervisor/channels'],
  'supervisor/claims': ['supervisor/claims', 'supervisor/render/files.ts'],
  'supervisor/render': ['supervisor/render'],
  'supervisor/process': ['supervisor/process'],
  'supervisor/secret-door': ['supervisor/secret-door', 'supervisor/process'],
  'supervisor/tools': ['supervisor/tools', 'supervisor/process'],
  'supervisor/supervise': ['supervisor/supervise', 'supervisor/process'],
  'supervisor/http': ['supervisor/http', 'supervisor/supervise'],
  // Pure knowledge of HTTP that both processes need; nothing else of PID 1's surface.
  'supervisor/relay': [
    'supervisor/http/headers.ts',
    // What a claim code looks like, not which one is right.
    'supervisor/claims/code.ts',
    'supervisor/relay',
    'supervisor/channels',
    'supervisor/providers',
    'runtimes',
  ],
  // The nearest name for a mistyped key is said as everywhere.
  runtimes: ['runtimes', 'supervisor/errors/wording.ts'],
  'host-cli': [
    'host-cli',
    'supervisor/config',
    'supervisor/errors',
    'supervisor/providers',
    'supervisor/channels',
    // What the image would write, for `config show --native`.
    'supervisor/render/input.ts',
    'supervisor/render/paths.ts',
    // The names that a tool's folder may have.
    'supervisor/tools/manifest.ts',
    'runtimes/index.ts',
  ],
  scripts: ['scripts', 'supervisor', 'runtimes', 'host-cli'],
  test: [''],
};

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.mjs'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file && /^(supervisor|runtimes|host-cli|scripts|test)\//.test(file));

const names = [
  ...readdirSync(join(root, 'runtimes'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name),
  // `text` holds what channel types share; a type has fields.
  ...readdirSync(join(root, 'supervisor/channels')).filter((name) =>
    existsSync(join(root, 'supervisor/channels', name, 'fields.ts')),
  ),
];
const branch = branchOn(names);
// A tool may be named like many things (http, git), so its name is looked for where tools are dealt with.
const toolBranch = branchOn(readdirSync(join(root, 'tools')));
const dealsWithTools = /^supervisor\/(tools|boot|config)\//;

const faults = [];
for (const file of files) {
  let text;
  try {
    text = readFileSync(join(root, file), 'utf8');
  } catch {
    continue; // deleted, not yet committed
  }
  const lines = text.split('\n');
  // A twin takes the place of a program, so it is one file whatever it does.
  const allowed = /^test\/fakes\/[a-z]+-twin\.mjs$/.test(file) ? 600 : 250;
  if (lines.length > allowed + 1) faults.push(`${file}: ${lines.length - 1} lines, ${allowed} are allowed`);
  const tested = /(\.test|\/testing)\.ts$/.test(file) || file.startsWith('test/');
  for (const [index, line] of lines.entries()) {
    const at = `${file}:${index + 1}`;
    const inOwnFolder = /^(runtimes|supervisor\/channels)\/[^/]+\//.test(file);
    if (!tested && !inOwnFolder && !file.startsWith('scripts/') && branch.test(line)) {
      faults.push(`${at}: branches on the name of a runtime or channel: ${line.trim()}`);
    }
    if (!tested && dealsWithTools.test(file) && toolBranch.test(line)) {
      faults.push(`${at}: branches on the name of a tool: ${line.trim()}`);
    }
    if (
      !tested &&
      file.startsWith('supervisor/') &&
      !file.startsWith('supervisor/process/') &&
      /from 'node:child_process'/.test(line)
    ) {
      faults.push(`${at}: processes are started by supervisor/process only`);
    }
  }
  if (tested) continue;
  for (const match of text.matchAll(/^(import|export) (?!type\b)[^;]*?from '(\.[^']+)';/gms)) {
    const target = normalize(join(dirname(file), match[2]));
    if (onlyTypes(match[0])) continue;
    const rule = Object.keys(may)
      .filter((folder) => file === folder || file.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0];
    if (!rule) continue;
    if (!may[rule].some((prefix) => prefix === '' || target === prefix || target.startsWith(`${prefix}/`))) {
      faults.push(`${file}: ${rule} may not import ${target}`);
    }
    const own = /^runtimes\/([^/]+)\//.exec(file)?.[1];
    const other = /^runtimes\/([^/]+)\//.exec(target)?.[1];
    if (own && other && own !== other) faults.push(`${file}: one runtime may not import another (${target})`);
  }
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  console.error(`imports: ${faults.length} faults`);
  process.exit(1);
}
console.log(`imports: ${files.length} files keep the map`);

function branchOn(words) {
  return new RegExp(`(===|!==|case|includes\\()\\s*['"](${words.join('|')})['"]`);
}

/** `import { type A, type B } from …` is erased as well. */
function onlyTypes(statement) {
  const named = /\{([^}]*)\}/s.exec(statement)?.[1];
  return named?.split(',').every((part) => !part.trim() || part.trim().startsWith('type '));
}
