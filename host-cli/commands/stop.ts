import { defineCommand, type OptionTable } from '../command.ts';
import { type Engine, openEngine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { pickInstance } from '../instances.ts';
import { openProject } from '../project.ts';
import { stopGently } from '../stopping.ts';
import type { Ui } from '../ui.ts';

const stopOptions = {
  kill: { kind: 'flag', help: 'at once: turns in flight are lost' },
} as const satisfies OptionTable;

export const stop = defineCommand({
  name: 'stop',
  summary: 'stop instances once their turns in flight are answered',
  usage: '[names…] [options]',
  description: [
    'Without names: every instance of this project. The container is removed, its state and workspace volumes stay:',
    'the next run goes on where this one ended. How long turns may take is the runtime’s own stop budget.',
  ].join('\n'),
  options: stopOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden stop', does: 'all of this project' },
    { type: 'clawden stop openclaw', does: 'that one' },
    { type: 'clawden stop --kill', does: 'without waiting for anything' },
  ],
  run: async ({ options, positionals, environment, directory, ui }) => {
    const project = openProject(directory);
    const engine = openEngine(environment);
    const all = await engine.containers(project.id);
    const names = [...new Set(positionals)];
    const chosen =
      names.length > 0 ? names.map((name) => pickInstance(all, name, 'stop', project.directory)) : all;
    if (chosen.length === 0) {
      ui.print(`Nothing runs in this project (${project.directory}).`);
      return 0;
    }
    const running = chosen.filter((container) => container.running);
    if (options.kill) await Promise.all(running.map((container) => engine.kill(container.id)));
    else await stopGently(engine, running, ui);
    await Promise.all(chosen.map((container) => removeOne(engine, container, options.kill, ui)));
    return 0;
  },
});

async function removeOne(
  engine: Engine,
  { id, instance, running }: Container,
  kill: boolean,
  ui: Ui,
): Promise<void> {
  const code = (await engine.container(id))?.exitCode ?? 0;
  await engine.remove(id);
  ui.print(`${ui.colors.green('✔')} ${instance} ${ending(running, kill, code)}`);
}

function ending(ran: boolean, kill: boolean, code: number): string {
  if (!ran) return `had ended already with code ${code}; its container is removed`;
  if (kill) return 'is killed';
  return code === 137
    ? 'did not end in time and was killed'
    : `is stopped${code === 0 ? '' : ` (exit code ${code})`}`;
}
