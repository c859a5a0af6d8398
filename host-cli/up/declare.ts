import type { Engine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { noAdditions } from '../given.ts';
import { prepareFolders } from '../launch/folders.ts';
import { Images } from '../launch/images.ts';
import { planLaunch } from '../launch/plans.ts';
import { settingsOf } from '../launch/settings.ts';
import { withToken } from '../launch/sources.ts';
import { nearest } from '../nearest.ts';
import { findDefaults, findFile, planHere } from '../planning.ts';
import type { Project } from '../project.ts';
import { type RunSettings, settingsHash } from '../run-argv.ts';
import type { Ui } from '../ui.ts';
import { lookUp, openSources } from '../variables.ts';

export interface Declaring {
  readonly project: Project;
  readonly engine: Engine;
  readonly environment: NodeJS.ProcessEnv;
  readonly ui: Ui;
  /** Named with -f. */
  readonly file: string | undefined;
  readonly names: readonly string[];
  /** Instances whose containers are there. */
  readonly existing: () => Promise<readonly string[]>;
}

export interface Declared {
  /** Every instance of the file. */
  readonly ids: readonly string[];
  /** Those that are to come up, in the order of the file. */
  readonly list: readonly { readonly settings: RunSettings; readonly hash: string }[];
}

/** Everything that `up` decides before the first container is touched. */
export async function declare(declaring: Declaring): Promise<Declared> {
  const { project, engine, environment, ui, names } = declaring;
  const file = findFile(project, declaring.file);
  if (!file) throw new CliError('no-file', { file: 'clawden.yaml', directory: project.directory });
  const sources = openSources(project, environment);
  const { given, token } = withToken(project, sources, noAdditions);
  const defaults = findDefaults();
  const { ids, list } = await planLaunch({
    input: { given, file, defaults },
    plan: planHere,
    images: new Images(engine, project.directory, ui),
    image: lookUp(sources, 'CLAWDEN_IMAGE'),
    ...(names.length === 0 ? {} : { chosen: names }),
  });
  await checkNames(declaring, ids, file.path);
  const [podman, mapping] = await Promise.all([engine.isPodman(), engine.idMapping()]);
  const common = { project, file, given, restart: 'unless-stopped', hostGateway: !podman } as const;
  const alone = ids.length < 2;
  const settings = list.map(({ plan, image }) => {
    const imageTools = image.tools;
    const folders = prepareFolders({ project, plan, file, defaults, alone, mapping, imageTools });
    return settingsOf({ ...common, plan, image, folders });
  });
  return { ids, list: settings.map((each) => ({ settings: each, hash: settingsHash(each, token) })) };
}

async function checkNames(
  { names, existing }: Declaring,
  ids: readonly string[],
  file: string,
): Promise<void> {
  const unknown = names.find((name) => !ids.includes(name));
  if (unknown === undefined) return;
  const running = await existing();
  if (running.includes(unknown)) throw new CliError('not-from-here', { name: unknown, file });
  const [first = ''] = ids;
  const near = nearest(unknown, ids);
  throw new CliError('unknown-name', { name: unknown, near, known: ids.join(', '), first, command: 'up' });
}
