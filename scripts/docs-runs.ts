import { readFileSync } from 'node:fs';
import { runtimes } from '../runtimes/index.ts';
import { channelTypes } from '../supervisor/channels/fields.ts';
import { table } from './docs-table.ts';

const root = new URL('..', import.meta.url).pathname;

interface Run {
  readonly runtime: string;
  readonly version: string;
  /** Where the program came from. */
  readonly program: string;
  readonly date: string;
}

interface RunResult {
  readonly id: string;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'not-applicable';
  readonly note: string;
}

interface Conformance extends Run {
  readonly results: readonly (RunResult & { readonly group: string })[];
}

const marks = { passed: '✔', failed: '✘', 'not-applicable': '–' } as const;

/** Written by `npm run conformance`. */
function conformance(): readonly Conformance[] {
  return JSON.parse(readFileSync(`${root}docs/conformance.json`, 'utf8')) as Conformance[];
}

/** Runtimes of which no row failed. */
export function supported(): typeof runtimes {
  const passed = conformance().filter(({ results }) => results.every(({ state }) => state !== 'failed'));
  return runtimes.filter(({ descriptor }) => passed.some(({ runtime }) => runtime === descriptor.name));
}

export function conformanceTable(): string {
  const runs = conformance();
  const rows = new Map(runs.flatMap(({ results }) => results.map((row) => [row.id, row] as const)));
  return table(
    ['', ...runs.map(({ runtime, version }) => `${runtime} ${version}`)],
    [
      ['program', ...runs.map(({ program, date }) => `${program}, ${date}`)],
      ...[...rows.values()].map(({ id, group, title }) => [
        `${group}: ${title}`,
        ...runs.map(({ results }) => cell(results.find((one) => one.id === id))),
      ]),
    ],
  );
}

/** One cell of docs/channel-types.json, written by `npm run channels`. */
export interface ChannelRun extends Run {
  readonly type: string;
  readonly mode: 'native' | 'relayed';
  readonly results: readonly RunResult[];
}

function channelRuns(): readonly ChannelRun[] {
  return JSON.parse(readFileSync(`${root}docs/channel-types.json`, 'utf8')) as ChannelRun[];
}

const types = channelTypes.map(({ type }) => type);

/** What `npm run channels` found in one look, by runtime and channel type. */
export function channelMatrix(): string {
  const runs = channelRuns();
  const names = [...new Set(runs.map(({ runtime, version }) => `${runtime} ${version}`))];
  const look = (name: string, type: string): string =>
    runs
      .filter((run) => `${run.runtime} ${run.version}` === name && run.type === type)
      .map((run) => `${hasPassed(run) ? '✔' : '✘'} ${run.mode}`)
      .join(', ') || 'not run';
  return table(
    ['', ...types],
    names.map((name) => [name, ...types.map((type) => look(name, type))]),
  );
}

/** Channel types that the runtime has passed. */
export function passedTypes(runtime: string, mode: ChannelRun['mode']): readonly string[] {
  const passed = channelRuns().filter(
    (run) => run.runtime === runtime && run.mode === mode && hasPassed(run),
  );
  return types.filter((type) => passed.some((run) => run.type === type));
}

/** No row failed, and none was left out. */
function hasPassed({ results }: ChannelRun): boolean {
  const whole = Math.max(...channelRuns().map((run) => run.results.length));
  return results.length === whole && results.every(({ state }) => state !== 'failed');
}

/** The same row by row, for one channel type. */
export function channelTable(type: string): string {
  const runs = channelRuns().filter((run) => run.type === type);
  const titles = new Map(runs.flatMap(({ results }) => results.map(({ id, title }) => [id, title] as const)));
  return table(
    ['', ...runs.map(({ runtime, version, mode }) => `${runtime} ${version}, ${mode}`)],
    [
      ['program', ...runs.map(({ program, date }) => `${program}, ${date}`)],
      ...[...titles].map(([id, title]) => [
        title,
        ...runs.map(({ results }) => cell(results.find((one) => one.id === id))),
      ]),
    ],
  );
}

function cell(result: RunResult | undefined): string {
  if (!result) return 'not run';
  return `${marks[result.state]} ${result.note.replaceAll(/\s+/g, ' ').slice(0, 160)}`.trim();
}
