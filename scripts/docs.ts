/**
 * Writes the generated tables into the docs, between `<!-- generated: NAME -->` and `<!-- end -->`. With `--check` it
 * writes nothing and fails when a page differs from the code.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { catalogue as commandCatalogue } from '../host-cli/errors.ts';
import { channelTypes } from '../supervisor/channels/fields.ts';
import { isSecretName, knownVariables } from '../supervisor/config/variables/known.ts';
import { channelAdvice } from '../supervisor/errors/advice.ts';
import { type CatalogueEntry, catalogue, exitCodes } from '../supervisor/errors/catalogue.ts';
import { type Metric, metricTable } from '../supervisor/http/metric-table.ts';
import { providers } from '../supervisor/providers/table.ts';
import { transitions } from '../supervisor/supervise/states.ts';
import { readManifest, type ToolManifest } from '../supervisor/tools/manifest.ts';
import { channelMatrix, channelTable, conformanceTable, passedTypes, supported } from './docs-runs.ts';
import { table } from './docs-table.ts';
import { schemaText } from './schema.ts';

const root = new URL('..', import.meta.url).pathname;

const tables: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    table(
      ['code', 'meaning'],
      [
        ...Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
        ['137', 'stopped as asked, but the runtime had to be killed at the end of the stop budget'],
        ['128+n', 'ended by signal n'],
      ],
    ),
  errors: () =>
    table(
      ['code', 'exit', 'message', 'what to do'],
      (Object.entries(catalogue) as [string, CatalogueEntry][]).map(([code, entry]) => [
        `\`${code}\``,
        String(exitCodes[entry.exit].code),
        entry.message,
        entry.fix,
      ]),
    ),
  'command-errors': () =>
    table(
      ['code', 'exit', 'message', 'what to do'],
      Object.entries(commandCatalogue).map(([code, { exit, message, fix }]) => [
        `\`${code}\``,
        String(exit),
        message,
        fix,
      ]),
    ),
  variables: () =>
    table(
      ['variable', 'secret', 'meaning'],
      knownVariables.map(({ name, secret, meaning }) => [`\`${name}\``, secret ? 'yes' : '', meaning]),
    ),
  providers: () =>
    table(
      ['provider', 'key', 'default model', 'dialects'],
      providers.map(({ name, keyVariables, defaultModel, baseUrls, builtIn }) => [
        name,
        keyVariables.map((key) => `\`${key}\``).join(' or ') || '–',
        defaultModel ?? 'none: set CLAWDEN_MODEL',
        builtIn ? 'built in' : Object.keys(baseUrls).join(', ') || 'openai, at CLAWDEN_BASE_URL',
      ]),
    ),
  // Only what the conformance suite and the matrix of channels have passed on the real program.
  runtimes: () =>
    table(
      ['runtime', 'version', 'port', 'memory', 'stop budget', 'speaks by itself', 'speaks through the relay'],
      supported().map(({ descriptor }) => [
        descriptor.name,
        descriptor.version,
        String(descriptor.defaultPort),
        `${descriptor.memory.floor / 2 ** 20} MiB at least, ${descriptor.memory.recommended / 2 ** 20} recommended`,
        `${descriptor.stop.budget / 1000} s`,
        passedTypes(descriptor.name, 'native')
          .map((type) => {
            const native = descriptor.nativeChannels.find((one) => one.type === type);
            return native?.plugin ? `${type} (plugin)` : type;
          })
          .join(', '),
        passedTypes(descriptor.name, 'relayed').join(', '),
      ]),
    ),
  metrics: () =>
    table(
      ['name', 'type', 'labels', 'meaning'],
      Object.entries<Metric>(metricTable).map(([name, { type, labels, help }]) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
      ]),
    ),
  'channel-reasons': () =>
    table(
      ['reason', 'what it means, and what to do'],
      Object.entries(channelAdvice).map(([code, advice]) => [`\`${code}\``, advice]),
    ),
  conformance: conformanceTable,
  'channel-fields': () =>
    table(
      ['type', 'key', 'variable', '', 'what it is'],
      channelTypes.flatMap(({ type, fields }) =>
        fields.map(({ name, variable, required, secret, help }) => [
          type,
          `\`${name}\``,
          `\`${variable}\``,
          [required ? 'needed' : '', secret ? 'secret' : ''].filter(Boolean).join(', '),
          help,
        ]),
      ),
    ),
  'channel-matrix': channelMatrix,
  ...Object.fromEntries(channelTypes.map(({ type }) => [`channels-${type}`, () => channelTable(type)])),
  tools: () =>
    table(
      ['tool', 'what it is', 'programs'],
      tools().map(({ name, description, commands }) => [
        name,
        description,
        commands.map((command) => `\`${command}\``).join(', '),
      ]),
    ),
  'tool-variables': () =>
    table(
      ['variable', 'tool', 'secret', 'meaning'],
      tools().flatMap(({ name, variables }) =>
        Object.entries(variables).map(([variable, meaning]) => [
          `\`${variable}\``,
          name,
          isSecretName(variable) ? 'yes' : '',
          meaning,
        ]),
      ),
    ),
  states: () =>
    table(
      ['state', 'on', 'becomes'],
      Object.entries(transitions).flatMap(([state, events]) =>
        Object.entries(events).map(([event, next]) => [state, event, next]),
      ),
    ),
};

/** Pages that hold generated tables. */
const pages = [
  'docs/image.md',
  'docs/clawden-yaml.md',
  'docs/errors.md',
  'docs/metrics.md',
  'docs/supervision.md',
  'docs/channels.md',
  'docs/providers.md',
  'docs/conformance.md',
  'docs/channel-types.md',
  'docs/tools.md',
  'README.md',
];

/** Files that are generated whole. */
const files: Readonly<Record<string, () => string>> = { 'schema/clawden.schema.json': schemaText };

const check = process.argv.includes('--check');
const stale: string[] = [];
const keep = (path: string, before: string, after: string): void => {
  if (after === before) return;
  stale.push(path);
  if (!check) writeFileSync(`${root}${path}`, after);
};
for (const [path, make] of Object.entries(files)) {
  keep(path, existsSync(`${root}${path}`) ? readFileSync(`${root}${path}`, 'utf8') : '', make());
}
for (const page of pages) {
  const before = readFileSync(`${root}${page}`, 'utf8');
  const after = before.replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, open: string, name: string, close: string) => {
      const make = tables[name];
      if (!make) throw new Error(`${page}: there is no generated table "${name}"`);
      return `${open}${make()}${close}`;
    },
  );
  keep(page, before, after);
}
if (check && stale.length > 0) {
  console.error(`docs: ${stale.join(', ')} differ from the code; run: npm run docs`);
  process.exit(1);
}
console.log(
  stale.length > 0 ? `docs: wrote ${stale.join(', ')}` : `docs: ${pages.length} pages say what the code says`,
);

function tools(): readonly (ToolManifest & { readonly name: string })[] {
  return globSync('tools/*/tool.json', { cwd: root })
    .sort()
    .map((file) => {
      const read = readManifest(readFileSync(`${root}${file}`, 'utf8'), () => false);
      if (read.kind === 'fault') throw new Error(`${file}: ${read.detail}; expected: ${read.expected}`);
      return { ...read.manifest, name: file.split('/')[1] ?? '' };
    });
}
