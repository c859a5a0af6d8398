import { openProject } from '../supervisor/config/file/open.ts';
import { findDefaults, findFile } from './planning.ts';
import type { Project } from './project.ts';

export interface Declared {
  readonly id: string;
  readonly runtime: string | null;
}

/** The instances that the project's file names, as far as it can be read; whether they are right, others say. */
export async function declaredInstances(
  project: Project,
  named: string | undefined,
): Promise<readonly Declared[]> {
  const file = findFile(project, named);
  if (!file) return [];
  const { instances } = await openProject(file, findDefaults());
  return instances.flatMap(({ id: own, runtime }) => {
    const id = own ?? runtime;
    return id === undefined ? [] : [{ id, runtime: runtime ?? null }];
  });
}
