import type { ProjectPlan } from '../../supervisor/config/project.ts';
import type { Plan } from '../../supervisor/config/types.ts';
import { mustBeRight, type PlanningInput } from '../planning.ts';
import type { Images, PresentImage } from './images.ts';

/** An instance, and the image that it was planned for. */
export interface Launchable {
  readonly plan: Plan;
  readonly image: PresentImage;
}

export interface Planning {
  readonly input: Omit<PlanningInput, 'image'>;
  readonly plan: (input: PlanningInput) => Promise<ProjectPlan>;
  readonly images: Images;
  /** Image named by an option or a variable: for every instance, whatever the file says. */
  readonly image: string | undefined;
  /** Instances that will be started; undefined: all. Those of others need no image. */
  readonly chosen?: readonly string[];
}

export interface Launchables {
  readonly list: readonly Launchable[];
  readonly ids: readonly string[];
}

/**
 * Plans first for whatever image there may be: a file says itself which one, and a mistake in it is told without an engine
 * and before anything is pulled. Then again for what each image really holds.
 */
export async function planLaunch(planning: Planning): Promise<Launchables> {
  const { input, plan, images, chosen } = planning;
  const rough = await plan({ ...input, image: undefined });
  if (rough.problems.length > 0) mustBeRight((await withImage(planning)) ?? rough, input.given);
  const wanted = rough.instances.filter(({ id }) => chosen?.includes(id) ?? true);
  const list: Launchable[] = [];
  for (const { id, plan: found } of wanted) {
    const image = await images.present(planning.image ?? found.host.image);
    const made = await plan({ ...input, image: image.facts.contents });
    const own = made.instances.find((each) => each.id === id);
    if (!own) mustBeRight(made, input.given);
    else list.push({ plan: own.plan, image });
  }
  return { list, ids: rough.ids };
}

/** The same with the mistakes that only a look into the image shows, where it is at hand and the same for every instance. */
async function withImage({ input, plan, images, image }: Planning): Promise<ProjectPlan | undefined> {
  if (image === undefined && /^\s*(- )?image:/m.test(input.file?.text ?? '')) return undefined;
  const present = await images.atHand(image).catch(() => undefined);
  return present && plan({ ...input, image: present.facts.contents });
}
