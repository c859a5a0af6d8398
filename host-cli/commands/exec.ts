import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { runInside } from '../inside.ts';
import { hasEnded, isPaused, pickInstance, running } from '../instances.ts';
import { named as findNamed } from '../launch/named.ts';
import { openProject, type Project } from '../project.ts';

const execOptions = {} as const satisfies OptionTable;

export const exec = defineCommand({
  name: 'exec',
  summary: "a shell, or one command, inside an instance with its runtime's environment",
  usage: '[name] [-- COMMAND…]',
  description: [
    'Runs as the user of the container, in the workspace, with what the runtime’s own processes get and without the',
    'secrets that the container holds. The runtime’s own program is there under its name. Without a command: bash. The',
    'exit code is the command’s.',
  ].join('\n'),
  options: execOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden exec', does: 'a shell in the only instance' },
    { type: 'clawden exec openclaw -- openclaw sessions list', does: "the runtime's own command line" },
    { type: "clawden exec openclaw -- sh -c 'ls | wc -l'", does: 'a line of shell' },
    { type: 'clawden exec openclaw -- tar -c . >workspace.tar', does: 'output into a file here' },
  ],
  run: async ({ positionals, rest, environment, file, directory, ui }) => {
    const [named, ...command] = positionals;
    if (named !== undefined && command.length > 0) {
      throw new CliError('exec-separator', { line: [named, '--', ...command].join(' ') });
    }
    const project = openProject(directory);
    const engine = openEngine(environment);
    const all = await engine.containers(project.id);
    if (named !== undefined) await mustHaveContainer(named, all, project, file);
    const container = pickInstance(named ? all : running(all), named, 'exec', project.directory);
    if (!container.running) {
      const { declaredInstances } = await import('../declared.ts');
      const declared = await declaredInstances(project, file).catch(() => []);
      throw hasEnded(
        container,
        declared.map(({ id }) => id),
      );
    }
    if (container.life.status === 'paused') throw isPaused(container, engine.binary);
    const terminal = ui.stdinIsTerminal && ui.stdoutIsTerminal;
    return runInside(engine, container, rest ?? [], { environment, terminal });
  },
});

async function mustHaveContainer(
  name: string,
  all: readonly Container[],
  project: Project,
  file: string | undefined,
): Promise<void> {
  const { absent } = await findNamed([name], all, 'exec', project, { file });
  if (absent.length > 0) throw new CliError('never-started', { name });
}
