import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { engineHost } from '../../host-cli/engine-place.ts';

const home = mkdtempSync(join(tmpdir(), 'clawden-contexts-'));
const context = (name: string, host: string): void => {
  const folder = join(home, '.docker', 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
};
context('far', 'ssh://me@far.example');
context('desktop', 'unix:///home/me/.docker/run/docker.sock');
writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: 'far' }));
afterAll(() => rmSync(home, { recursive: true }));

it.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  ['nothing says otherwise', { HOME: '/nonexistent' }, undefined],
  ['DOCKER_HOST is a socket', { DOCKER_HOST: 'unix:///run/docker.sock' }, undefined],
  ['DOCKER_HOST is this machine', { DOCKER_HOST: 'tcp://127.0.0.1:2375' }, undefined],
  ['DOCKER_HOST is another', { DOCKER_HOST: 'tcp://10.0.0.7:2376' }, '10.0.0.7'],
  ['DOCKER_HOST is reached by ssh', { DOCKER_HOST: 'ssh://me@localhost' }, 'localhost'],
  [
    'DOCKER_HOST wins over the context in use',
    { HOME: home, DOCKER_HOST: 'unix:///run/docker.sock' },
    undefined,
  ],
  ['the context in use is on another machine', { HOME: home }, 'far.example'],
  ['DOCKER_CONTEXT names one of this machine', { HOME: home, DOCKER_CONTEXT: 'desktop' }, undefined],
  ['DOCKER_CONTEXT names one that is not there', { HOME: home, DOCKER_CONTEXT: 'gone' }, undefined],
  [
    'podman is told another',
    { HOME: '/nonexistent', CONTAINER_HOST: 'ssh://core@box:22/run/podman.sock' },
    'box',
  ],
])('finds where the engine is when %s', (_name, environment, host) => {
  expect(engineHost(environment)).toBe(host);
});
