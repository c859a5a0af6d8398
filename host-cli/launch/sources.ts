import { type Additions, type Given, given } from '../given.ts';
import { ensureToken, type Project } from '../project.ts';
import { lookUp, type Sources } from '../variables.ts';

export interface WithToken {
  readonly given: Given;
  readonly token: string;
}

/** Variables of a start, with the project's token among them. */
export function withToken(project: Project, sources: Sources, additions: Additions): WithToken {
  // Paths of options are as the shell completed them, which knows nothing of -f and --project-directory.
  const found = given(sources, additions, process.cwd());
  const token = found.values.CLAWDEN_TOKEN || lookUp(sources, 'CLAWDEN_TOKEN') || ensureToken(project);
  return { given: { ...found, values: { ...found.values, CLAWDEN_TOKEN: token } }, token };
}

/** The values that a container is given, by name: what decides something, and what was said to be for it. */
export function valuesFor(names: readonly string[], { values, explicit }: Given): Map<string, string> {
  return new Map(
    [...names, ...explicit].flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
