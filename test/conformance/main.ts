/**
 * `npm run conformance -- --runtime NAME [--binary NAME=PATH]`: the whole suite against the real program, and its
 * result into docs/conformance.json, from which the tables of docs/conformance.md and README.md are generated.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { openBench } from './bench.ts';
import { realProgram } from './program.ts';
import { record } from './record.ts';
import { type Context, type Result, runRow } from './row.ts';
import { rows } from './rows.ts';
import { subjectNamed } from './subject.ts';

const root = new URL('../..', import.meta.url).pathname;
const usage =
  'usage: npm run conformance -- --runtime NAME [--binary NAME=PATH]  [--allow-unpinned NAME]  [--rows a,b]';

const marks = { passed: '✔', failed: '✘', 'not-applicable': '–' } as const;
const options = read();
const { subject, runtime } = await subjectNamed(options.runtime).catch((error: Error) => quit(error.message));
const chosen = options.rows ? rows.filter(({ id }) => options.rows?.split(',').includes(id)) : rows;
const tag = `clawden-conformance:${runtime.descriptor.name}`;
build();

const program = realProgram(tag);
const bench = await openBench(runtime.descriptor.name, runtime.descriptor.defaultPort, program);
const context: Context = { subject, runtime, program, bench };
const results: Result[] = [];
try {
  for (const row of chosen) {
    const result = await runRow(row, context);
    results.push(result);
    console.log(`${marks[result.state]} ${row.group}: ${row.title}`);
    console.log(`  ${result.seconds} s${result.note ? `, ${result.note}` : ''}`);
  }
} finally {
  await bench[Symbol.asyncDispose]();
}
const failed = results.filter(({ state }) => state === 'failed');
if (options.rows === undefined) {
  record({
    runtime: runtime.descriptor.name,
    version: label(`io.clawden.version.${runtime.descriptor.name}`),
    program: options.binary.length > 0 ? 'built from its source' : 'its release',
    date: new Date().toISOString().slice(0, 10),
    rows: chosen,
    results,
  });
  execFileSync(process.execPath, ['scripts/docs.ts'], { cwd: root, stdio: 'inherit' });
}
console.log(`conformance: ${results.length - failed.length} of ${results.length} rows hold`);
process.exit(failed.length > 0 ? 1 : 0);

function build(): void {
  const words = ['--runtimes', options.runtime, '--tag', tag];
  for (const binary of options.binary) words.push('--binary', binary);
  if (options['allow-unpinned']) words.push('--allow-unpinned', options['allow-unpinned']);
  const built = spawnSync(process.execPath, ['scripts/image.mjs', ...words], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

function label(name: string): string {
  return execFileSync('docker', ['image', 'inspect', '-f', `{{index .Config.Labels "${name}"}}`, tag], {
    encoding: 'utf8',
  }).trim();
}

function read(): {
  runtime: string;
  binary: string[];
  rows?: string | undefined;
  'allow-unpinned'?: string | undefined;
} {
  try {
    const { values } = parseArgs({
      options: {
        runtime: { type: 'string' },
        binary: { type: 'string', multiple: true, default: [] },
        'allow-unpinned': { type: 'string' },
        rows: { type: 'string' },
      },
    });
    if (values.runtime === undefined) quit('--runtime is missing');
    return { ...values, runtime: values.runtime };
  } catch (error) {
    return quit((error as Error).message);
  }
}

function quit(message: string): never {
  console.error(`conformance: ${message}\n${usage}`);
  process.exit(64);
}
