import { homedir } from 'node:os';
import type { InstancePlan, ProjectPlan } from '../../supervisor/config/project.ts';
import type { ConfigInvocation } from '../commands/config.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { type Given, given } from '../given.ts';
import { type ImageFacts, readImageFacts } from '../image-contents.ts';
import { nearest } from '../nearest.ts';
import { type FoundFile, findDefaults, findFile, mustBeRight, planHere } from '../planning.ts';
import { openProject, type Project } from '../project.ts';
import { folderVariables, toolFolders } from '../tool-folders.ts';
import { openSources, type Sources } from '../variables.ts';
import { version } from '../version.ts';

export interface Planned {
  readonly project: Project;
  readonly sources: Sources;
  readonly given: Given;
  readonly file: FoundFile | undefined;
  /** Of --image; undefined: no image was looked at. */
  readonly image: ImageFacts | undefined;
  readonly plan: ProjectPlan;
}

/** Plans as `run` and `up` would. `runtime`: what is named where there is no file. */
export async function planned(invocation: ConfigInvocation, name?: string): Promise<Planned> {
  const { options, environment, directory } = invocation;
  const project = openProject(directory);
  const file = findFile(project, invocation.file);
  const sources = openSources(project, environment);
  // Paths of options are as the shell completed them, which knows nothing of -f and --project-directory.
  const variables = given(sources, additions(invocation), process.cwd());
  const image = options.image === undefined ? undefined : await lookAt(options.image, environment);
  const plan = await planHere({
    given: variables,
    file,
    defaults: findDefaults(),
    image: image?.contents,
    runtime: file ? undefined : name,
  });
  return { project, sources, given: variables, file, image, plan };
}

/** The instance of that name, or all of them. A file with a mistake in it ends the command. */
export function chosen(
  { plan, file }: Planned,
  action: string,
  name: string | undefined,
): readonly InstancePlan[] {
  mustBeRight(plan);
  if (name === undefined || file === undefined) return plan.instances;
  const found = plan.instances.filter(({ id }) => id === name);
  if (found.length > 0) return found;
  const known = plan.ids;
  throw new CliError('instance-not-declared', {
    name,
    file: file.path,
    near: nearest(name, known),
    known: known.join(', '),
    first: known[0] ?? '',
    action,
  });
}

function additions({ options }: ConfigInvocation): Parameters<typeof given>[1] {
  const values = new Map<string, { readonly value: string; readonly option: string }>();
  const { provider, model } = options;
  if (provider !== undefined) values.set('CLAWDEN_PROVIDER', { value: provider, option: '--provider' });
  if (model !== undefined) values.set('CLAWDEN_MODEL', { value: model, option: '--model' });
  return { typed: options.env, envFiles: options['env-file'], options: values };
}

async function lookAt(reference: string, environment: NodeJS.ProcessEnv): Promise<ImageFacts> {
  const image = await openEngine(environment).image(reference);
  if (!image) {
    const detail = 'config does not pull';
    throw new CliError('image-missing', { image: reference, detail, next: `docker pull ${reference}` });
  }
  const home = environment.HOME ?? homedir();
  return readImageFacts({
    image,
    reference,
    toolFolders: toolFolders(home),
    toolVariables: folderVariables(home),
    version: version(),
  });
}
