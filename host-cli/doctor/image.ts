import type { InstancePlan } from '../../supervisor/config/project.ts';
import { lastWords } from '../engine-failures.ts';
import { parseImage } from '../engine-records.ts';
import { chooseImage, type ImageChoice } from '../image.ts';
import { readImageFacts } from '../image-contents.ts';
import type { Project } from '../project.ts';
import { lookUp, type Sources } from '../variables.ts';
import { version } from '../version.ts';
import type { Ask } from './engine.ts';
import type { Findings } from './finding.ts';

/** Is each image here, or to be had, is it of our version, and does it hold the runtimes that are wanted of it? */
export async function checkImages(
  ask: Ask,
  instances: readonly InstancePlan[],
  project: Project,
  sources: Sources,
  limit: number,
): Promise<Findings> {
  const byVariable = lookUp(sources, 'CLAWDEN_IMAGE');
  const wanted = new Map<string, { readonly choice: ImageChoice; readonly runtimes: string[] }>();
  const want = (named: string | undefined, runtime: readonly string[]): void => {
    const choice = chooseImage(named, project.directory);
    const entry = wanted.get(choice.reference) ?? { choice, runtimes: [] };
    entry.runtimes.push(...runtime);
    wanted.set(choice.reference, entry);
  };
  for (const { plan } of instances) want(byVariable ?? plan.host.image, [plan.runtime]);
  if (instances.length === 0) want(byVariable, []);
  const found = await Promise.all(
    [...wanted.values()].map(({ choice, runtimes }) => checkImage(ask, choice, runtimes, limit)),
  );
  return found.flat();
}

async function checkImage(
  ask: Ask,
  choice: ImageChoice,
  runtimes: readonly string[],
  limit: number,
): Promise<Findings> {
  const { reference, builtIn, buildLine } = choice;
  const inspected = await ask(['image', 'inspect', reference]);
  const image = inspected.ok ? parseImage(inspected.stdout) : undefined;
  const build = 'npm run image';
  if (!image && builtIn !== undefined)
    return [
      {
        level: 'warning',
        text: `${reference} is not built yet: the first start does it, in minutes`,
        fix: build,
      },
    ];
  if (!image && buildLine !== undefined)
    return [{ level: 'error', text: `${reference} is not built yet`, fix: buildLine }];
  const get = builtIn === undefined ? `docker pull ${reference}` : build;
  if (!image) {
    const answer = await ask(['manifest', 'inspect', reference], limit);
    if (answer.ok)
      return [{ level: 'warning', text: `${reference} is not here yet: the first start pulls it`, fix: get }];
    const why = answer.late ? `no answer within ${limit / 1000} s` : lastWords(answer.stderr);
    return [{ level: 'error', text: `${reference} is neither here nor to be had: ${why}`, fix: get }];
  }
  const { contents, versions, skew } = readImageFacts({
    image,
    reference,
    toolFolders: [],
    version: version(),
  });
  const present = contents.runtimes;
  const absent = [...new Set(runtimes)].filter((runtime) => !present.includes(runtime));
  if (absent.length > 0) {
    const text = `${reference} has no ${absent.join(', ')}; it has ${present.join(', ')}`;
    return [{ level: 'error', text, fix: `${build} -- --runtimes ${[...present, ...absent].join(',')}` }];
  }
  if (skew !== undefined) return [{ level: 'warning', text: skew, fix: get }];
  const about = present.map((name) => `${name} ${versions[name] ?? ''}`);
  return [{ level: 'ok', text: `${reference}: ${about.join(', ')}` }];
}
