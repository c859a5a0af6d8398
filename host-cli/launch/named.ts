import type { Invocation, OptionTable } from '../command.ts';
import type { Container } from '../engine-records.ts';
import { nothingRuns, unknownName } from '../instances.ts';
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
  const declared = absent.length > 0 ? await declaredNames(project, file) : [];
  const unknown = absent.find((name) => !declared.includes(name));
  if (unknown === undefined) {
    return { containers: containers.filter(({ instance }) => wanted.includes(instance)), absent };
  }
  const all = [...new Set([...known, ...declared])].sort();
  throw all.length === 0 ? nothingRuns(project.directory) : unknownName(unknown, all, command);
}

/** Loaded only here: names of what has a container are known without a file. */
async function declaredNames(project: Project, file: string | undefined): Promise<readonly string[]> {
  const { declaredInstances } = await import('../declared.ts');
  return (await declaredInstances(project, file)).map(({ id }) => id);
}
