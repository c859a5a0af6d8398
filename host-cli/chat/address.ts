import type { Declared } from '../declared.ts';
import { engineHost } from '../engine-place.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { hasEnded, pickInstance, running as thoseRunning } from '../instances.ts';
import type { Project } from '../project.ts';

export interface Addressed {
  readonly container: Container;
  /** On this machine. */
  readonly port: number;
  /** What is left of the words once the name is taken off. */
  readonly words: readonly string[];
}

export interface Surroundings {
  readonly containers: readonly Container[];
  readonly project: Project;
  /** What -f named. */
  readonly file: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Name of the engine's command, for a line to type. */
  readonly engine: string;
}

/** Who is meant: the instance that the first word names, else the only one that runs. Throws with what to type. */
export async function addressed(words: readonly string[], around: Surroundings): Promise<Addressed> {
  const { containers } = around;
  const [first] = words;
  const named = containers.find(({ instance }) => instance === first);
  const runs = named?.running === true;
  const declared = runs ? [] : await declaredHere(around);
  if (!named && declared.some(({ id }) => id === first)) throw onlyDeclared(first ?? '', around);
  const container = named ?? onlyOne(containers, declared, around);
  const port = reachable(container, declared, around);
  return { container, port, words: words.slice(named ? 1 : 0) };
}

function onlyOne(
  containers: readonly Container[],
  declared: readonly Declared[],
  around: Surroundings,
): Container {
  const running = containers.filter((container) => container.running);
  const [only, ...others] = declared.map(({ id }) => id);
  if (running.length === 0 && only !== undefined) {
    const ended = containers.find(({ instance }) => instance === only);
    if (others.length === 0) throw ended ? hasEnded(ended, declared) : onlyDeclared(only, around);
    const known = [only, ...others].join(', ');
    throw new CliError('instances-declared', { known, file: nameOf(around) });
  }
  return pickInstance(thoseRunning(containers), undefined, 'chat', around.project.directory);
}

/** The port to talk to, where there is one. */
function reachable(container: Container, declared: readonly Declared[], around: Surroundings): number {
  const { instance: name, running, port, life } = container;
  if (!running) throw hasEnded(container, declared);
  if (life.status === 'paused') {
    throw new CliError('instance-paused', { name, engine: around.engine, container: container.name });
  }
  const host = engineHost(around.environment);
  // A port of that number on this machine is somebody else's: it must not see the token.
  if (host !== undefined) throw new CliError('instance-elsewhere', { name, host });
  if (port === undefined) throw hasEnded(container, declared);
  return port;
}

function onlyDeclared(name: string, around: Surroundings): CliError {
  return new CliError('instance-declared', { name, file: nameOf(around) });
}

function nameOf({ file }: Surroundings): string {
  return file ?? 'clawden.yaml';
}

/** Loaded only here: whoever names an instance that runs need not wait for a file to be read. */
async function declaredHere({ project, file }: Surroundings): Promise<readonly Declared[]> {
  const { declaredInstances } = await import('../declared.ts');
  return declaredInstances(project, file);
}
