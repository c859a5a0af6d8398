import type { InstancePlan, ProjectPlan } from '../../supervisor/config/project.ts';
import { describe } from '../../supervisor/errors/problem.ts';
import type { Container } from '../engine-records.ts';
import { fixHere } from '../fix-here.ts';
import { given, noAdditions } from '../given.ts';
import { type FoundFile, findDefaults, planHere } from '../planning.ts';
import type { Project } from '../project.ts';
import type { Sources } from '../variables.ts';
import type { Findings } from './finding.ts';

export interface ConfigReport {
  readonly findings: Findings;
  /** Instances that could be planned. */
  readonly instances: readonly InstancePlan[];
  /** Names of all that the file speaks of; undefined: there is no file. */
  readonly ids: readonly string[] | undefined;
}

/** Every problem and every notice of the plan, as the image would have them. */
export async function checkConfig(
  project: Project,
  file: FoundFile | undefined,
  sources: Sources,
): Promise<ConfigReport> {
  const values = given(sources, noAdditions, project.directory);
  if (!file && values.values.RUNTIME === undefined) {
    const text = `there is no clawden.yaml in ${project.directory}`;
    return { findings: [{ level: 'skipped', text, fix: '{clawden} init' }], instances: [], ids: undefined };
  }
  const plan = await planHere({ given: values, file, defaults: findDefaults(), image: undefined });
  return { findings: ofPlan(plan, file), instances: plan.instances, ids: file ? plan.ids : undefined };
}

function ofPlan(plan: ProjectPlan, file: FoundFile | undefined): Findings {
  const problems = plan.problems.map((problem): Findings[number] => ({
    level: 'error',
    text: describe(problem).split('\n')[0] ?? problem.message,
    fix: fixHere(problem.fix),
  }));
  const several = plan.instances.length > 1;
  const notices = plan.instances.flatMap(({ id, plan: { notices } }) =>
    notices.map((text): Findings[number] => ({ level: 'warning', text: several ? `${id}: ${text}` : text })),
  );
  if (problems.length > 0) return [...problems, ...notices];
  return [{ level: 'ok', text: `${file?.path ?? 'the variables'}: ${plan.ids.join(', ')}` }, ...notices];
}

/** Containers of this project that ended, or that the file no longer speaks of. */
export function checkContainers(
  containers: readonly Container[],
  ids: readonly string[] | undefined,
): Findings {
  const found = containers.flatMap(({ instance, running, exitCode }): Findings => {
    if (ids && !ids.includes(instance)) {
      const text = `${instance} is in no line of clawden.yaml any more, its container is still here`;
      return [{ level: 'warning', text, fix: '{clawden} up --remove-orphans' }];
    }
    if (running) return [];
    // Whoever stopped it knows.
    if (exitCode === 0) return [{ level: 'ok', text: `${instance} was stopped` }];
    const text = `${instance} ended with code ${exitCode}`;
    return [{ level: 'warning', text, fix: `{clawden} logs ${instance}` }];
  });
  const right = containers.filter(({ instance, running }) => running && ids?.includes(instance) !== false);
  const names = right.map(({ instance }) => instance).join(', ');
  if (names !== '') return [{ level: 'ok', text: `running: ${names}` }, ...found];
  return found.length > 0 ? found : [{ level: 'ok', text: 'none here' }];
}
