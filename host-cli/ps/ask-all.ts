import type { Engine } from '../engine.ts';
import { engineHost } from '../engine-place.ts';
import type { Container } from '../engine-records.ts';
import type { Project } from '../project.ts';
import { tokenOf } from '../token.ts';
import { type Answer, askStatus } from './ask.ts';
import { type InstanceRow, instanceRow, type NotAsked } from './row.ts';

export interface Asked {
  /** All of the project. */
  readonly containers: readonly Container[];
  /** Of those that were wanted. */
  readonly rows: readonly InstanceRow[];
}

/** Asks the containers of a project for their status, all at once; throws only what the engine is at fault for. */
export async function askAll(
  engine: Engine,
  project: Project,
  environment: NodeJS.ProcessEnv,
  isWanted: (container: Container) => boolean,
): Promise<Asked> {
  const ask = asking(project, environment);
  const asked = new Map<string, Promise<Answer | NotAsked>>();
  // The containers answer while the engine tells the rest.
  const containers = await engine.containers(project.id, ({ id, port }) => asked.set(id, ask(port)));
  const rows = await Promise.all(
    containers.filter(isWanted).map(async (container) => {
      const runs = container.life.status === 'running';
      const answer = await (asked.get(container.id) ?? ask(runs ? container.port : undefined));
      return instanceRow(container, answer, Date.now());
    }),
  );
  return { containers, rows };
}

/** There is something of it that could run on. */
export function isAlive({ life }: Container): boolean {
  return ['running', 'paused', 'restarting', 'removing'].includes(life.status);
}

function asking(
  project: Project,
  environment: NodeJS.ProcessEnv,
): (port: number | undefined) => Promise<Answer | NotAsked> {
  const elsewhere = engineHost(environment) !== undefined;
  const token = tokenOf(project, environment);
  return async (port) => {
    // A port of that number on this machine is somebody else's: it must not see the token.
    if (elsewhere) return { kind: 'not-asked', code: 'engine-elsewhere' };
    return port === undefined ? { kind: 'not-asked', code: 'no-port' } : askStatus(port, token);
  };
}
