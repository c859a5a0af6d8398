import { type Problem, problem } from '../errors/problem.ts';
import { planInstance } from './plan-instance.ts';
import { inOrder } from './problem-order.ts';
import { noSettings, type Place } from './settings.ts';
import type { Plan, PlanInput } from './types.ts';

/** Every instance of a file, each with its plan, and everything that is wrong with any of them. */
export interface ProjectPlan {
  readonly instances: readonly InstancePlan[];
  /** In the order of the file, each once. Empty: every instance has its plan. */
  readonly problems: readonly Problem[];
  /** Names of all instances that the file speaks of, those without a plan too. */
  readonly ids: readonly string[];
}

export interface InstancePlan {
  readonly id: string;
  readonly plan: Plan;
}

/** Plans all instances at once; reads nothing but its input. `CLAWDEN_INSTANCE` names the only one of a short file. */
export async function planProject(input: PlanInput): Promise<ProjectPlan> {
  const { file, defaults, variables } = input;
  const wanted = variables.get('CLAWDEN_INSTANCE')?.value;
  if (!file && !defaults) {
    const unknown = (input.problems ?? []).length > 0;
    return collect([planInstance(input, { settings: noSettings(unknown), problems: [] }, wanted)], [], []);
  }
  const { openProject, readSettings } = await import('./file/open.ts');
  const project = await openProject(file, defaults);
  const places = new Map<string, (channel: string) => Place>();
  const outcomes = project.instances.map(({ id, layered }) => {
    const name = project.several ? id : (wanted ?? id);
    const found = planInstance(input, readSettings(layered, variables), name);
    if (found.plan) places.set(found.plan.instance, (channel) => layered.keyPlace(['channels', channel]));
    return found;
  });
  const declared = project.instances.flatMap(({ id, runtime }, index) => {
    const called = project.several ? id : (wanted ?? id);
    return outcomes[index]?.plan?.instance ?? called ?? runtime ?? [];
  });
  const general = [
    ...project.problems,
    ...(outcomes.length === 0 ? [...variables.problems, ...(input.problems ?? [])] : []),
  ];
  const made = collect(outcomes, general, declared);
  return { ...made, problems: inOrder([...made.problems, ...sharedTokens(made.instances, places)]) };
}

function collect(
  outcomes: readonly ReturnType<typeof planInstance>[],
  general: readonly Problem[],
  declared: readonly string[],
): ProjectPlan {
  const instances = outcomes.flatMap(({ plan }) => (plan ? [{ id: plan.instance, plan }] : []));
  return {
    instances,
    problems: inOrder([...general, ...outcomes.flatMap(({ problems }) => problems)]),
    ids: declared.length > 0 ? declared : instances.map(({ id }) => id),
  };
}

/** Two readers of one account take messages from each other, so a token belongs to one channel of one instance. */
function sharedTokens(
  instances: readonly InstancePlan[],
  places: ReadonlyMap<string, (channel: string) => Place>,
): readonly Problem[] {
  const holders = new Map<string, { readonly id: string; readonly channel: string }>();
  const problems: Problem[] = [];
  for (const { id, plan } of instances) {
    for (const { name, type, secrets } of plan.channels) {
      for (const value of Object.values(secrets)) {
        const key = JSON.stringify([type, value]);
        const first = holders.get(key);
        holders.set(key, first ?? { id, channel: name });
        if (!first || first.id === id) continue;
        const at = places.get(id)?.(name);
        const names = { channel: name, instance: id, other: first.channel, holder: first.id };
        problems.push(problem('token-shared', names, at?.where, at?.frame));
      }
    }
  }
  return problems;
}
