import type { Invocation, OptionTable } from '../command.ts';
import { declaredInstances } from '../declared.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Project } from '../project.ts';

export interface Named {
  readonly containers: readonly Container[];
  /** Named and in the file, but without a container. */
  readonly absent: readonly string[];
}

/** The containers that names mean; without names all of them. A name must be a container's or an instance's of the file. */
export async function named(
  names: readonly string[],
  containers: readonly Container[],
  command: string,
  project: Project,
  { file }: Pick<Invocation<OptionTable>, 'file'>,
): Promise<Named> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return { containers, absent: [] };
  const known = containers.map(({ instance }) => instance);
  const absent = wanted.filter((name) => !known.includes(name));
  const declared = absent.length > 0 ? (await declaredInstances(project, file)).map(({ id }) => id) : [];
  const unknown = absent.find((name) => !declared.includes(name));
  if (unknown === undefined) {
    return { containers: containers.filter(({ instance }) => wanted.includes(instance)), absent };
  }
  const all = [...new Set([...known, ...declared])].sort();
  const [first] = all;
  if (first === undefined) throw new CliError('nothing-runs', { directory: project.directory });
  const near = nearest(unknown, all);
  throw new CliError('unknown-name', { name: unknown, near, known: all.join(', '), first, command });
}
