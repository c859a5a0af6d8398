import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import { named } from '../launch/named.ts';
import { lockProject } from '../locked.ts';
import { openProject } from '../project.ts';
import { endAll, ending } from '../up/end.ts';

const stopOptions = {
  kill: { kind: 'flag', help: 'at once: turns in flight are lost' },
} as const satisfies OptionTable;

export const stop = defineCommand({
  name: 'stop',
  summary: 'stop instances once their turns in flight are answered',
  usage: '[names…] [options]',
  description: [
    'Without names: every instance of this project. The containers stay, so that `clawden logs` and `clawden ps -a` still',
    'show them; `clawden up` or `run` starts them again where they ended, `clawden down` removes them. How long turns may',
    'take is the runtime’s own stop budget.',
  ].join('\n'),
  options: stopOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden stop', does: 'all of this project' },
    { type: 'clawden stop openclaw', does: 'that one' },
    { type: 'clawden stop --kill', does: 'without waiting for anything' },
  ],
  run: async (invocation) => {
    const { options, positionals, environment, directory, ui } = invocation;
    const project = openProject(directory);
    const engine = openEngine(environment);
    // Whoever does not want to wait for turns does not want to wait for another stop either.
    const { unlock } = options.kill ? { unlock: () => undefined } : await lockProject(project, 'stop', ui);
    try {
      const all = await engine.containers(project.id);
      const found = await named(positionals, all, 'stop', project, invocation);
      const { absent } = found;
      // Those that ended before are news only to whoever asks for them.
      const containers = found.containers.filter(({ running }) => running || positionals.length > 0);
      for (const name of absent) ui.print(`${name} does not run.`);
      if (containers.length === 0 && absent.length === 0) {
        ui.print(`Nothing runs in this project (${project.directory}).`);
      }
      await endAll(engine, containers, { kill: options.kill, ui });
      for (const container of containers) {
        const code = (await engine.container(container.id))?.exitCode ?? 0;
        ui.print(`${ui.colors.green('✔')} ${container.instance} ${ending(container, options.kill, code)}`);
      }
      return 0;
    } finally {
      unlock();
    }
  },
});
