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

/** Those that run; where none does, the ended ones, so that the error can say how they ended. */
export function running(containers: readonly Container[]): readonly Container[] {
  const list = containers.filter((container) => container.running);
  return list.length > 0 ? list : containers;
}
