/**
 * `npm run channels -- --runtime NAME [--types a,b] [--modes native] [--rows a,b] [--binary NAME=PATH] [--tag NAME]`: the runtime's real program against fake
 * platforms, for each channel type a cell that the runtime speaks by itself and one that the relay speaks, and the result into docs/channel-types.json, from
 * which the table of docs/channel-types.md is generated.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runtimeNamed } from '../../runtimes/index.ts';
import type { ChannelRun } from '../../scripts/docs-runs.ts';
import { NotApplicable } from '../conformance/row.ts';
import type { Platform } from './platform.ts';
import { platforms } from './platforms.ts';
import { promises } from './promises.ts';
import { openStage } from './stage.ts';

const root = new URL('../..', import.meta.url).pathname;
const file = `${root}docs/channel-types.json`;
const { values: options } = parseArgs({
  options: {
    runtime: { type: 'string', default: 'openclaw' },
    types: { type: 'string' },
    modes: { type: 'string', default: 'native,relayed' },
    rows: { type: 'string' },
    binary: { type: 'string', multiple: true, default: [] },
    'allow-unpinned': { type: 'string' },
    tag: { type: 'string' },
  },
});
const runtime = runtimeNamed(options.runtime);
if (!runtime) throw new Error(`no runtime "${options.runtime}"`);
const { name, defaultPort, nativeChannels } = runtime.descriptor;
const tag = options.tag ?? `clawden-channels:${name}`;
build();

const marks = { passed: '✔', failed: '✘', 'not-applicable': '–' } as const;
let failures = 0;
for (const { platform, mode } of platforms.flatMap(cellsOf)) {
  const results = await run(platform, mode);
  failures += results.filter(({ state }) => state === 'failed').length;
  const date = new Date().toISOString().slice(0, 10);
  const version = label(`io.clawden.version.${name}`);
  const program = options.binary.length > 0 ? 'built from its source' : 'its release';
  record({ runtime: name, version, type: platform.type, mode, program, date, results });
}
execFileSync(process.execPath, ['scripts/docs.ts'], { cwd: root, stdio: 'inherit' });
process.exit(failures > 0 ? 1 : 0);

async function run(platform: Platform, mode: ChannelRun['mode']): Promise<ChannelRun['results']> {
  const native = mode === 'native' ? nativeChannels.find(({ type }) => type === platform.type) : undefined;
  await using stage = await openStage({
    runtime: name,
    port: defaultPort,
    image: tag,
    platform,
    native,
  });
  const results: ChannelRun['results'][number][] = [];
  for (const { id, title, check } of promises.filter(
    (one) => !options.rows || options.rows.split(',').includes(one.id),
  )) {
    const began = performance.now();
    const result = await check(stage).then(
      (note) => ({ id, title, state: 'passed' as const, note }),
      (error: Error) => ({ id, title, state: stateOf(error), note: error.message }),
    );
    results.push(result);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${marks[result.state]} ${name}, ${platform.type} ${mode}: ${title}`);
    console.log(`  ${seconds} s${result.note ? `, ${result.note}` : ''}`);
  }
  return results;
}

function stateOf(error: Error): 'failed' | 'not-applicable' {
  return error instanceof NotApplicable ? 'not-applicable' : 'failed';
}

function cellsOf(platform: Platform): readonly { platform: Platform; mode: ChannelRun['mode'] }[] {
  const { type } = platform;
  if (options.types !== undefined && !options.types.split(',').includes(type)) return [];
  const isNative = nativeChannels.some((native) => native.type === type);
  const modes = isNative ? (['native', 'relayed'] as const) : (['relayed'] as const);
  return modes.filter((mode) => options.modes.split(',').includes(mode)).map((mode) => ({ platform, mode }));
}

function build(): void {
  const plugins = nativeChannels.flatMap(({ plugin }) => plugin ?? []);
  const words = ['--runtimes', name, '--tag', tag];
  if (plugins.length > 0) words.push('--plugins', plugins.join(','));
  for (const binary of options.binary) words.push('--binary', binary);
  if (options['allow-unpinned']) words.push('--allow-unpinned', options['allow-unpinned']);
  const built = spawnSync(process.execPath, ['scripts/image.mjs', ...words], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

/** In the place of an earlier run of the same cell, of which rows that were not run now stay. */
function record(one: ChannelRun): void {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ChannelRun[]) : [];
  const nameOf = ({ runtime: of, type, mode }: ChannelRun): string => `${of} ${type} ${mode}`;
  const others = known.filter((other) => nameOf(other) !== nameOf(one));
  const before = known.find((other) => nameOf(other) === nameOf(one) && other.version === one.version);
  const resultOf = (id: string): ChannelRun['results'] =>
    [one, before].flatMap((run) => run?.results.filter((result) => result.id === id) ?? []).slice(0, 1);
  const whole = { ...one, results: promises.flatMap(({ id }) => resultOf(id)) };
  const all = [...others, whole].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

function label(of: string): string {
  return execFileSync('docker', ['image', 'inspect', '-f', `{{index .Config.Labels "${of}"}}`, tag], {
    encoding: 'utf8',
  }).trim();
}
