import { join, relative, resolve } from 'node:path';
import picocolors from 'picocolors';
import { runtimes } from '../runtimes/index.ts';
import { plan } from '../supervisor/config/plan.ts';
import { type ProjectPlan, planProject } from '../supervisor/config/project.ts';
import { type DeclaredChannels, declaredChannels } from '../supervisor/config/project-channels.ts';
import type { ConfigFile, ImageContents, PlanInput } from '../supervisor/config/types.ts';
import { defaultsPath } from '../supervisor/config/variables/known.ts';
import { readVariables } from '../supervisor/config/variables/read.ts';
import { Problems } from '../supervisor/errors/problem.ts';
import { CliError } from './errors.ts';
import type { Given } from './given.ts';
import { isOfOption, problemText } from './problem-text.ts';
import type { Project } from './project.ts';
import { readSettingsFile } from './read-settings-file.ts';

/** clawden.yaml as the launcher found it. */
export interface FoundFile extends ConfigFile {
  /** Absolute; `path` is how errors name it. */
  readonly location: string;
}

export interface PlanningInput {
  readonly given: Given;
  readonly file: FoundFile | undefined;
  readonly defaults: ConfigFile | undefined;
  /** What the chosen image holds; undefined: not looked at. */
  readonly image: ImageContents | undefined;
  /** A runtime named on the command line. */
  readonly runtime?: string | undefined;
}

/** The file named with -f, else clawden.yaml of the project if there is one. */
export function findFile(project: Project, named: string | undefined): FoundFile | undefined {
  const location = named === undefined ? join(project.directory, 'clawden.yaml') : resolve(named);
  const text = readSettingsFile(location, named === undefined ? 'optional' : 'required');
  if (text === undefined) return undefined;
  const short = relative(process.cwd(), location);
  return { path: short === '' || short.startsWith('..') ? location : short, location, text };
}

/** Site defaults of this machine; `up` and `run` mount the same file into the container. */
export function findDefaults(): ConfigFile | undefined {
  const text = readSettingsFile(defaultsPath, 'optional');
  return text === undefined ? undefined : { path: defaultsPath, text };
}

/** Plans every instance by the same rules as the image does. */
export function planHere(input: PlanningInput): Promise<ProjectPlan> {
  return planProject(planInput(input));
}

/** Plans the one instance that is meant, as the image chooses it. */
export async function planOneHere(input: PlanningInput): Promise<ProjectPlan> {
  try {
    const made = await plan(planInput(input));
    return { instances: [{ id: made.instance, plan: made }], problems: [], ids: [made.instance] };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return { instances: [], problems: error.list, ids: [] };
  }
}

/** The channels alone, whatever else is wrong. */
export function channelsHere(input: PlanningInput): Promise<DeclaredChannels> {
  return declaredChannels(planInput(input));
}

function planInput({ given, file, defaults, image, runtime }: PlanningInput): PlanInput {
  return {
    arguments: runtime === undefined ? {} : { runtime },
    variables: readVariables(given.values, {}, { read: () => ({ kind: 'missing' }), list: () => [] }),
    ...(file ? { file } : {}),
    ...(defaults ? { defaults } : {}),
    runtimes,
    image,
  };
}

/** Ends the command with every problem of the plan, each with its place and the line that mends it. */
export function mustBeRight({ problems }: Pick<ProjectPlan, 'problems'>, given: Given): void {
  const [first] = problems;
  if (!first) return;
  const count = problems.length;
  const colors = picocolors.createColors(false);
  const details = problems.flatMap((problem, index) => [
    ...(index > 0 ? [''] : []),
    ...problemText(problem, given, colors).split('\n'),
  ]);
  // The plan knows the option of ours by its variable, and takes a mistake in it for one of the configuration.
  const codes = problems.map((problem) => (isOfOption(problem, given) ? 64 : problem.exit));
  const exit = codes.includes(78) ? 78 : (codes[0] ?? 78);
  // `config check` knows neither these arguments nor the image.
  const next = exit === 78 ? '{clawden} config check   shows them again' : '';
  throw new CliError('plan-refused', { count, s: count === 1 ? '' : 's', next }, { details, exit });
}
