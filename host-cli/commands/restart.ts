import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { named } from '../launch/named.ts';
import { lockProject } from '../locked.ts';
import { openProject } from '../project.ts';
import { exitOf } from '../up/outcome.ts';
import { report } from '../up/report.ts';
import { restartAll } from '../up/restart-all.ts';

const restartOptions = {
  'no-wait': { kind: 'flag', help: 'return as soon as the containers have started' },
} as const satisfies OptionTable;

export const restart = defineCommand({
  name: 'restart',
  summary: 'stop instances gently and start the same containers again',
  usage: '[names…] [options]',
  description: [
    'Without names: every instance of this project, those that have ended too. What has changed in clawden.yaml or .env',
    'since they were made takes no effect: that is what `clawden up` is for. Waits until each is ready again.',
  ].join('\n'),
  options: restartOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden restart', does: 'all of this project' },
    { type: 'clawden restart zc', does: 'that one' },
  ],
  run: async (invocation) => {
    const { options, positionals, environment, directory, ui } = invocation;
    const project = openProject(directory);
    const engine = openEngine(environment);
    const { unlock } = await lockProject(project, 'restart', ui);
    try {
      const all = await engine.containers(project.id);
      const { containers, absent } = await named(positionals, all, 'restart', project, invocation);
      const [missing] = absent;
      if (missing !== undefined) throw new CliError('never-started', { name: missing });
      if (containers.length === 0) throw new CliError('nothing-runs', { directory: project.directory });
      const outcomes = await restartAll(containers, {
        engine,
        ui,
        wait: !options['no-wait'],
        changed: unlock,
      });
      report(outcomes, ui);
      return exitOf(outcomes);
    } finally {
      unlock();
    }
  },
});
