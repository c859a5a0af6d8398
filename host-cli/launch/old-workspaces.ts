import type { Engine } from '../engine.ts';
import { quoted } from '../mounts.ts';
import { containerName, type RunSettings } from '../run-argv.ts';

/**
 * Before there was ./workspace, it was a volume beside the state. Nothing of it is touched; whoever has one is told where
 * the files are and how to bring them over, until the volume is gone.
 */
export async function oldWorkspaces(
  engine: Engine,
  settings: readonly RunSettings[],
): Promise<readonly string[]> {
  const [first] = settings;
  if (!first) return [];
  const volumes = await engine.volumes(`clawden-${first.project.id}-`);
  return settings.flatMap((each) => {
    const volume = `${containerName(each)}-workspace`;
    if (!volumes.includes(volume)) return [];
    const to = quoted(`${each.workspace}:/to`);
    const copy = `docker run --rm --user 0 -v ${volume}:/from -v ${to} --entrypoint cp ${each.image} -R /from/. /to/`;
    return [
      `${each.instance}: volume ${volume} holds the workspace of an older version; it is not used any more`,
      `  → to bring its files here: ${copy}`,
      `  → once nothing in it is needed: docker volume rm ${volume}`,
    ];
  });
}
