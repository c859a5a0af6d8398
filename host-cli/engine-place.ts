import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { objectOf } from './http.ts';

/**
 * The host of an engine on another machine, where published ports are not ours; undefined for one on this machine.
 * Read as the engine's command does: DOCKER_HOST (CONTAINER_HOST for podman), else DOCKER_CONTEXT, else the context in
 * use of the client's config.json.
 */
export function engineHost(environment: NodeJS.ProcessEnv): string | undefined {
  const address = environment.DOCKER_HOST || environment.CONTAINER_HOST || contextAddress(environment);
  if (!address) return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['tcp:', 'ssh:', 'http:', 'https:'].includes(url.protocol)) return undefined;
  // ssh to this machine is taken for another one too: a tunnel may end anywhere.
  if (url.protocol !== 'ssh:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) return undefined;
  return url.hostname;
}

function contextAddress(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment.DOCKER_CONFIG || join(environment.HOME ?? homedir(), '.docker');
  const name = environment.DOCKER_CONTEXT || read(join(home, 'config.json'))?.currentContext;
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  const folder = createHash('sha256').update(name).digest('hex');
  const endpoints = Object(read(join(home, 'contexts', 'meta', folder, 'meta.json'))?.Endpoints);
  const host: unknown = Object(endpoints.docker).Host;
  return typeof host === 'string' ? host : undefined;
}

function read(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
