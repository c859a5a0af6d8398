import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../errors.ts';
import { type Project, reasonOf } from '../project.ts';
import type { Sources } from '../variables.ts';
import { dotenvText, gitignoreText, type Need, needsOf } from './texts.ts';
import type { Wishes } from './wishes.ts';
import type { FileToWrite } from './write.ts';

/** All that a new project needs around its clawden.yaml; .gitignore only where git, or such a file, is. */
export function filesOf(
  project: Project,
  main: FileToWrite,
  wishes: Wishes,
  sources: Sources,
): readonly FileToWrite[] {
  // The main file is the last: its being there says that all is.
  return [...dotenvFiles(project, needsOf(wishes, sources), wishes.values), main];
}

/** `.env` with values added, for its owner alone and out of git. */
export function dotenvFiles(
  project: Project,
  needs: readonly Need[],
  values: ReadonlyMap<string, string>,
): readonly FileToWrite[] {
  const at = (name: string): string => join(project.directory, name);
  const env = dotenvText(read(at('.env')), needs, values);
  const ignored = read(at('.gitignore'));
  const wanted = gitignoreText(ignored);
  return [
    { path: at('.env'), content: env, mode: 0o600 },
    ...((ignored !== undefined || inGit(project.directory)) && wanted !== ignored
      ? [{ path: at('.gitignore'), content: wanted, mode: modeOf(at('.gitignore')) }]
      : []),
  ];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw new CliError('file-missing', { file: path, reason: reasonOf(error) });
  }
}

function modeOf(path: string): number {
  return existsSync(path) ? statSync(path).mode & 0o777 : 0o644;
}

function inGit(directory: string): boolean {
  if (existsSync(join(directory, '.git'))) return true;
  return dirname(directory) !== directory && inGit(dirname(directory));
}
