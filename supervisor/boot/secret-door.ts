import { accessSync, constants } from 'node:fs';
import type { Rendered } from '../../runtimes/contract.ts';
import { Problems, problem } from '../errors/problem.ts';
import { loadNative } from '../process/native.ts';
import { createSecretDoor } from '../secret-door/serve.ts';
import { type Container, must } from './container.ts';

/** Makes the door ready for a start whose render has secrets for it; it is not open yet. */
export async function readySecretDoor(container: Container, rendered: Rendered): Promise<void> {
  if (Object.keys(rendered.oneTimeSecrets ?? {}).length === 0) return;
  for (const { path, mode } of rendered.files) {
    if ((mode & 0o100) !== 0) mustRun(path, container.places.state);
  }
  container.secretDoor ??= createSecretDoor({
    native: loadNative(),
    socket: `${container.places.run}/door.sock`,
    handle: `${container.places.opt}/bin/door`,
    given: (pid) => container.log.debug('gave the runtime its secrets', { to: pid }),
    refused: (reason, pid) =>
      container.log.warn('refused somebody the secrets of the runtime', { reason, pid }),
  });
  await container.secretDoor.listen();
}

/** For the process that was just started; closes by itself when it has asked, is up, or is gone. */
export function openSecretDoor(container: Container, rendered: Rendered, child: StartedProcess): void {
  const { answerSecrets } = must(container.runtime, 'runtime');
  const { oneTimeSecrets } = rendered;
  const { secretDoor } = container;
  if (!secretDoor || !answerSecrets || !oneTimeSecrets || child.pid === null) return;
  secretDoor.open(child.pid, oneTimeSecrets, answerSecrets);
  void child.exited.then(() => secretDoor.close('over'));
}

interface StartedProcess {
  readonly pid: number | null;
  readonly exited: Promise<unknown>;
}

/** access(2) tells of a noexec mount as well. */
function mustRun(path: string, volume: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Problems([problem('volume-noexec', { path: volume, file: path })]);
  }
}
