import { askYesNo } from '../ask.ts';
import { defineCommand, type OptionTable } from '../command.ts';
import { type Engine, openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { dropConfigurations } from '../launch/configuration.ts';
import { lockProject } from '../locked.ts';
import { openProject } from '../project.ts';
import { stateVolume } from '../run-argv.ts';
import type { Ui } from '../ui.ts';
import { endAll, ending } from '../up/end.ts';

const downOptions = {
  volumes: { kind: 'flag', short: 'v', help: 'delete what the instances remember too; asks first' },
  yes: { kind: 'flag', short: 'y', help: 'with --volumes: do not ask' },
} as const satisfies OptionTable;

export const down = defineCommand({
  name: 'down',
  summary: 'stop and remove every container of this project',
  usage: '[options]',
  description: [
    'Turns in flight are answered first. Instances that are not in clawden.yaml any more go too. What the instances',
    'remember stays in its volumes, so that `clawden up` goes on where this ended, unless --volumes is given. The files in',
    './workspace are yours: no option deletes them.',
  ].join('\n'),
  options: downOptions,
  maxPositionals: 0,
  examples: [
    { type: 'clawden down', does: 'the end for today' },
    { type: 'clawden down --volumes', does: 'and all that they remember' },
  ],
  run: async ({ options, environment, directory, ui }) => {
    const project = openProject(directory);
    const engine = openEngine(environment);
    const prefix = `clawden-${project.id}-`;
    const states = async (): Promise<readonly string[]> =>
      options.volumes
        ? (await engine.volumes(prefix)).filter((name) => name === stateVolume(name.slice(0, -6)))
        : [];
    if (options.volumes && !options.yes && !(await agreed(await states(), ui))) {
      ui.note('Nothing was stopped or removed.');
      return 1;
    }
    const { unlock } = await lockProject(project, 'down', ui);
    try {
      const containers = await engine.containers(project.id);
      await endAll(engine, containers, { kill: false, ui });
      for (const container of containers) {
        const code = (await engine.container(container.id))?.exitCode ?? 0;
        await engine.remove(container.id);
        ui.print(
          `${ui.colors.green('✔')} ${container.instance} ${ending(container, false, code)}; its container is removed`,
        );
      }
      dropConfigurations(project);
      const volumes = await states();
      for (const volume of volumes) await removeVolume(engine, volume);
      for (const volume of volumes) ui.print(`${ui.colors.green('✔')} volume ${volume} is deleted`);
      if (containers.length + volumes.length === 0)
        ui.print(`Nothing is left of this project (${project.directory}).`);
      return 0;
    } finally {
      unlock();
    }
  },
});

async function agreed(volumes: readonly string[], ui: Ui): Promise<boolean> {
  if (volumes.length === 0) return true;
  const names = volumes.join(', ');
  if (!ui.stdinIsTerminal || !ui.stdoutIsTerminal) throw new CliError('confirm-volumes', { volumes: names });
  ui.note(`What the instances remember is in ${names}.`);
  return askYesNo('Delete it for good?');
}

async function removeVolume(engine: Engine, volume: string): Promise<void> {
  await engine.removeVolume(volume).catch((error: unknown) => {
    if (!(error instanceof CliError) || error.code !== 'engine-failed') throw error;
    throw new CliError('volume-in-use', { volume, detail: error.message });
  });
}
