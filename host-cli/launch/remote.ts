import { engineHost } from '../engine-place.ts';
import { CliError } from '../errors.ts';

/**
 * An engine on another machine mounts folders of that machine: clawden.yaml and ./workspace are not there. Refused before
 * anything is made of it; what needs no folder (ps, logs, stop, down) works there as here.
 */
export function needLocalEngine(environment: NodeJS.ProcessEnv, directory: string): void {
  const host = engineHost(environment);
  if (host === undefined) return;
  throw new CliError('engine-remote', { host, directory, back: wayBack(environment) });
}

function wayBack(environment: NodeJS.ProcessEnv): string {
  const variable = ['DOCKER_HOST', 'CONTAINER_HOST', 'DOCKER_CONTEXT'].find((name) => environment[name]);
  return variable ? `unset ${variable}` : 'docker context use default';
}
