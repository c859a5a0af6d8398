import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../errors.ts';
import { keepPrivateDirectory, type Project, reasonOf } from '../project.ts';
import type { RunSettings } from '../run-argv.ts';

/**
 * The copy of clawden.yaml that an instance reads. A restart, by us or by the engine after a reboot, starts what `up` started,
 * even while the file is being edited; and the container's user may read it however the original is protected. The copy
 * holds no secret: clawden.yaml must not.
 */
export function configurationFile(project: Project, name: string): string {
  return join(project.directory, '.clawden', 'instances', `${name}.yaml`);
}

/** Written aside and renamed: a container that still runs keeps the file that it was started with. */
export function keepConfiguration({ project, file }: Pick<RunSettings, 'project' | 'file'>): void {
  if (!file) return;
  const draft = `${file.path}.${process.pid}`;
  try {
    keepPrivateDirectory(project);
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(draft, file.text, { mode: 0o600 });
    chmodSync(draft, 0o644);
    renameSync(draft, file.path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new CliError('project-read-only', { file: file.path, reason: reasonOf(error) });
  }
}

/** Copies whose containers are gone. */
export function dropConfigurations(project: Project): void {
  rmSync(dirname(configurationFile(project, '')), { recursive: true, force: true });
}
