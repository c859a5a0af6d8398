import { type Project, readToken } from './project.ts';
import { lookUp, openSources } from './variables.ts';

/**
 * The token that the instances of a project were started with: CLAWDEN_TOKEN, else the project's own; '' for none. An empty
 * variable counts as unset, as it does in the image.
 */
export function tokenOf(project: Project, environment: NodeJS.ProcessEnv): string {
  return lookUp(openSources(project, environment), 'CLAWDEN_TOKEN') || (readToken(project) ?? '');
}
