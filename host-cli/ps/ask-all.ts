import { engineHost } from '../engine-place.ts';
import type { Container } from '../engine-records.ts';
import type { Project } from '../project.ts';
import { tokenOf } from '../token.ts';
import { type Answer, askStatus } from './ask.ts';
import { type InstanceRow, instanceRow, type NotAsked } from './row.ts';

/** Asks every container that can answer for its status, all at once. Never throws. */
export function askAll(
  containers: readonly Container[],
  project: Project,
  environment: NodeJS.ProcessEnv,
): Promise<readonly InstanceRow[]> {
  const ask = asking(project, environment);
  return Promise.all(
    containers.map(async (container) => instanceRow(container, await ask(container), Date.now())),
  );
}

/** There is something of it that could run on. */
export function isAlive({ life }: Container): boolean {
  return ['running', 'paused', 'restarting', 'removing'].includes(life.status);
}

/** Undefined for a container that runs no program which could answer. */
function asking(
  project: Project,
  environment: NodeJS.ProcessEnv,
): (container: Container) => Promise<Answer | NotAsked | undefined> {
  const elsewhere = engineHost(environment) !== undefined;
  const token = tokenOf(project, environment);
  return async ({ life, port }) => {
    if (life.status !== 'running') return undefined;
    // A port of that number on this machine is somebody else's: it must not see the token.
    if (elsewhere) return { kind: 'not-asked', code: 'engine-elsewhere' };
    return port === undefined ? { kind: 'not-asked', code: 'no-port' } : askStatus(port, token);
  };
}
