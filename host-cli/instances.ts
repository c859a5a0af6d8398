import type { Declared } from './declared.ts';
import type { Container } from './engine-records.ts';
import { CliError } from './errors.ts';

/** The instance that is meant: the one named, or the only one there is. */
export function pickInstance(
  containers: readonly Container[],
  name: string | undefined,
  command: string,
  directory: string,
): Container {
  const known = containers.map((container) => container.instance).sort();
  const [first] = known;
  if (first === undefined) throw new CliError('nothing-runs', { directory });
  if (name !== undefined) {
    const found = containers.find((container) => container.instance === name);
    if (found) return found;
    throw new CliError('unknown-instance', { name, known: known.join(', '), command, first });
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

/** What is said of one that does not run, with the line that starts it again. */
export function hasEnded(
  { instance, exitCode, runtime }: Container,
  declared: readonly Declared[],
): CliError {
  const isDeclared = declared.some(({ id }) => id === instance);
  const start = isDeclared ? `{clawden} up ${instance}` : `{clawden} run ${runtime} -d`;
  return new CliError('instance-stopped', { name: instance, code: exitCode, start });
}
