import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Result, Row } from './row.ts';

export interface Run {
  readonly runtime: string;
  readonly version: string;
  /** Where the program came from. */
  readonly program: string;
  readonly date: string;
  readonly rows: readonly Row[];
  readonly results: readonly Result[];
}

const file = new URL('../../docs/conformance.json', import.meta.url).pathname;

/** Puts the run in the place of an earlier one of the same version. */
export function record({ rows, results, ...run }: Run): void {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run[]) : [];
  const others = known.filter(
    ({ runtime, version }) => !(runtime === run.runtime && version === run.version),
  );
  const described = results.flatMap(({ id, state, note }) => {
    const row = rows.find((one) => one.id === id);
    return row ? [{ id, group: row.group, title: row.title, state, note }] : [];
  });
  const all = [...others, { ...run, results: described }];
  const order = (one: { runtime: string; version: string }): string => `${one.runtime} ${one.version}`;
  all.sort((a, b) => order(a).localeCompare(order(b)));
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}
