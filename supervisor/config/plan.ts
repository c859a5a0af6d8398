import { type Problem, Problems, problem } from '../errors/problem.ts';
import { near, shown } from '../errors/wording.ts';
import type { InstanceSource, ProjectSource } from './file/instances.ts';
import { type Outcome, planInstance } from './plan-instance.ts';
import { inOrder } from './problem-order.ts';
import { noSettings } from './settings.ts';
import type { Plan, PlanInput } from './types.ts';

/** What the container will be, or Problems with everything that is wrong at once. Reads nothing but its input. */
export async function plan(input: PlanInput): Promise<Plan> {
  const { plan, problems } = await outcome(input);
  if (plan && problems.length === 0) return plan;
  throw new Problems(inOrder(problems));
}

async function outcome(input: PlanInput): Promise<Outcome> {
  const { file, defaults, problems = [], variables } = input;
  const instance = variables.get('CLAWDEN_INSTANCE');
  if (!file && !defaults) {
    const unknown = problems.length > 0 || variables.refer('CLAWDEN_CONFIG').kind === 'problem';
    return planInstance(input, { settings: noSettings(unknown), problems: [] }, instance?.value);
  }
  // YAML and schema are loaded only when there is a file: PID 1 without one starts that much sooner.
  const { openProject, readSettings } = await import('./file/open.ts');
  const project = await openProject(file, defaults);
  const chosen = choose(input, project);
  if (!chosen) return { problems: [...variables.problems, ...problems, ...project.problems] };
  if ('code' in chosen)
    return { problems: [...variables.problems, ...problems, ...project.problems, chosen] };
  const read = readSettings(chosen.source.layered, variables);
  const found = { settings: read.settings, problems: [...project.problems, ...read.problems] };
  return planInstance({ ...input, arguments: chosen.arguments }, found, chosen.id);
}

interface Chosen {
  readonly source: InstanceSource;
  readonly id: string | undefined;
  readonly arguments: PlanInput['arguments'];
}

/** CLAWDEN_INSTANCE, else the only one, else the one whose name or runtime is named as the runtime. */
function choose(input: PlanInput, { instances, several }: ProjectSource): Chosen | Problem | undefined {
  const [first, another] = instances;
  if (!first) return undefined;
  const wanted = input.variables.get('CLAWDEN_INSTANCE');
  if (!several) return { source: first, id: wanted?.value ?? first.id, arguments: input.arguments };
  const ids = instances.map(({ id = '' }) => id);
  const known = ids.map(shown).join(', ');
  const file = input.file?.path ?? '';
  const word = input.arguments.runtime ?? input.variables.get('RUNTIME')?.value.trim();
  const byName = instances.find(({ id }) => id === (wanted?.value ?? word));
  if (byName) {
    // An instance's name in the place of a runtime's says which one, not what it runs.
    const named = input.arguments.runtime === byName.id && byName.id !== byName.runtime;
    return { source: byName, id: byName.id, arguments: named ? {} : input.arguments };
  }
  if (wanted) {
    const names = { name: shown(wanted.value), file, near: near(wanted.value, ids), known };
    return problem('unknown-instance', names, wanted.origin);
  }
  const ofRuntime = instances.filter(({ runtime }) => runtime === word);
  const [only, second] = another ? ofRuntime : [first];
  if (only && !second) return { source: only, id: only.id, arguments: input.arguments };
  return problem('instance-unclear', { file, count: instances.length, first: ids[0] ?? '', known });
}
