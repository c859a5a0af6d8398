import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from './errors.ts';
import { onInterrupt } from './interrupt.ts';
import { type Holder, takeLock } from './lock.ts';
import { keepPrivateDirectory, type Project, reasonOf } from './project.ts';
import type { Ui } from './ui.ts';

export interface ProjectLock {
  readonly unlock: () => void;
  /** Another command held it: what was read before may be old by now. */
  readonly waited: boolean;
}

/**
 * Takes the project for a command that changes its containers; another such command is waited for. `makes`: it may be the
 * first in this directory. Where nothing of ours was ever started, a command that only ends things leaves nothing behind.
 */
export async function lockProject(
  project: Project,
  command: string,
  ui: Ui,
  makes = false,
): Promise<ProjectLock> {
  const file = join(project.directory, '.clawden', 'lock');
  if (!makes && !existsSync(dirname(file))) return { unlock: () => undefined, waited: false };
  const given = new AbortController();
  const release = onInterrupt(() => given.abort());
  let waited = false;
  const onWait = ({ what, pid, host }: Holder): void => {
    waited = true;
    ui.note(`Waiting for ${what} of this project (pid ${pid} on ${host}) to finish its changes: ${file}`);
  };
  try {
    keepPrivateDirectory(project);
    const unlock = await takeLock(file, `clawden ${command}`, { signal: given.signal, onWait });
    if (!unlock) throw new CliError('interrupted');
    return { unlock, waited };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('project-read-only', { file, reason: reasonOf(error) });
  } finally {
    release();
  }
}
