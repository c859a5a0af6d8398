import { readFileSync } from 'node:fs';
import { runtimes } from '../runtimes/index.ts';
import { table } from './docs-table.ts';

const root = new URL('..', import.meta.url).pathname;

interface Conformance {
  readonly runtime: string;
  readonly version: string;
  readonly program: string;
  readonly date: string;
  readonly results: readonly {
    readonly id: string;
    readonly group: string;
    readonly title: string;
    readonly state: 'passed' | 'failed' | 'not-applicable';
    readonly note: string;
  }[];
}

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
  const marks = { passed: '✔', failed: '✘', 'not-applicable': '–' } as const;
  const rows = new Map(runs.flatMap(({ results }) => results.map((row) => [row.id, row] as const)));
  return table(
    ['', ...runs.map(({ runtime, version }) => `${runtime} ${version}`)],
    [
      ['program', ...runs.map(({ program, date }) => `${program}, ${date}`)],
      ...[...rows.values()].map(({ id, group, title }) => [
        `${group}: ${title}`,
        ...runs.map(({ results }) => {
          const result = results.find((one) => one.id === id);
          const note = result?.note.replaceAll(/\s+/g, ' ').slice(0, 160) ?? '';
          return result ? `${marks[result.state]} ${note}`.trim() : 'not run';
        }),
      ]),
    ],
  );
}

/** One cell of docs/channels.json, written by `npm run channels`. */
export interface ChannelRun {
  readonly runtime: string;
  readonly version: string;
  readonly type: string;
  readonly date: string;
  readonly results: readonly {
    readonly id: string;
    readonly title: string;
    readonly passed: boolean;
    readonly note: string;
  }[];
}

/** What `npm run channels` found, by runtime and channel type. */
export function channelsTable(): string {
  const runs = JSON.parse(readFileSync(`${root}docs/channels.json`, 'utf8')) as ChannelRun[];
  const titles = new Map(runs.flatMap(({ results }) => results.map(({ id, title }) => [id, title] as const)));
  return table(
    ['', ...runs.map(({ runtime, version, type }) => `${type} on ${runtime} ${version}`)],
    [
      ['date', ...runs.map(({ date }) => date)],
      ...[...titles].map(([id, title]) => [
        title,
        ...runs.map(({ results }) => {
          const result = results.find((one) => one.id === id);
          return result ? `${result.passed ? '✔' : '✘'} ${result.note}`.trim() : 'not run';
        }),
      ]),
    ],
  );
}
