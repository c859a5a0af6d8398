import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Container } from './engine-records.ts';
import { CliError } from './errors.ts';
import { closest, nearest } from './nearest.ts';

/** The instance that is meant: the one named, or the only one there is. */
export function pickInstance(
  containers: readonly Container[],
  name: string | undefined,
  command: string,
  directory: string,
): Container {
  const known = containers.map((container) => container.instance).sort();
  const [first] = known;
  if (first === undefined) throw nothingRuns(directory);
  if (name !== undefined) {
    const found = containers.find((container) => container.instance === name);
    if (found) return found;
    throw unknownName(name, known, command);
  }
  const [only, ...others] = containers;
  if (only === undefined || others.length > 0) {
    throw new CliError('several-instances', { known: known.join(', '), command, first });
  }
  return only;
}

/** Those that run; where there is but one and it does not, that one, so that the error can say how it ended. */
export function running(containers: readonly Container[]): readonly Container[] {
  return containers.length === 1 ? containers : containers.filter((container) => container.running);
}

/** `known` must not be empty. `rest`: the words that stood behind the name. */
export function unknownName(
  name: string,
  known: readonly string[],
  command: string,
  rest: readonly string[] = [],
): CliError {
  const near = nearest(name, known);
  const likely = [closest(name, known) ?? known[0] ?? '', ...rest].join(' ');
  return new CliError('unknown-name', { name, near, known: known.join(', '), likely, command });
}

/** With a clawden.yaml what is missing is `up`, without one a runtime has to be named. */
export function nothingRuns(directory: string): CliError {
  const start = existsSync(join(directory, 'clawden.yaml')) ? 'up' : 'run openclaw -d';
  return new CliError('nothing-runs', { directory, start });
}

/** It was started and does not run any more. `declared`: names of the instances in the project's file. */
export function hasEnded(container: Container, declared: readonly string[]): CliError {
  const { instance: name, exitCode: code, runtime } = container;
  const start = declared.includes(name) ? `up ${name}` : `run ${runtime} -d`;
  return new CliError('instance-stopped', { name, code, start: `{clawden} ${start}` });
}

/** It runs and answers nobody, until somebody lets it go on. */
export function isPaused({ instance: name, name: container }: Container, engine: string): CliError {
  return new CliError('instance-paused', { name, engine: basename(engine), container });
}
