import type { DeclaredChannels } from '../../supervisor/config/project-channels.ts';
import { type Given, given, noAdditions } from '../given.ts';
import { channelsHere, findDefaults, findFile, planHere } from '../planning.ts';
import { program } from '../program.ts';
import type { Project } from '../project.ts';
import type { Ui } from '../ui.ts';
import { openSources } from '../variables.ts';

export interface Declared extends DeclaredChannels {
  readonly given: Given;
  /** As errors name it; undefined: there is no clawden.yaml. */
  readonly file: string | undefined;
  /** How many things are wrong with the file, in channels or elsewhere. */
  readonly problems: number;
}

/** The channels that this project's file and variables declare. No image is looked at and no engine is needed. */
export async function declaredHere(
  project: Project,
  environment: NodeJS.ProcessEnv,
  named: string | undefined,
): Promise<Declared> {
  const variables = given(openSources(project, environment), noAdditions, project.directory);
  const file = findFile(project, named);
  const input = { given: variables, file, defaults: findDefaults(), image: undefined };
  const [channels, plan] = await Promise.all([channelsHere(input), planHere(input)]);
  return { ...channels, given: variables, file: file?.path, problems: file ? plan.problems.length : 0 };
}

/** What is wrong elsewhere in the file is no matter of channels, but it keeps `up` from starting them. */
export function noteProblems({ file, problems }: Declared, ui: Ui): void {
  if (problems === 0) return;
  const are = problems === 1 ? 'is 1 problem' : `are ${problems} problems`;
  ui.note(`there ${are} in ${file}\n  → ${program()} config check`);
}
