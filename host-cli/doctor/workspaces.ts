import { accessSync, constants, lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { InstancePlan } from '../../supervisor/config/project.ts';
import type { Project } from '../project.ts';
import type { Findings } from './finding.ts';

/** Can the person read and write each workspace, or make it? */
export function checkWorkspaces(project: Project, instances: readonly InstancePlan[]): Findings {
  if (instances.length === 0)
    return [{ level: 'skipped', text: 'no instance is planned, so no folder is wanted' }];
  const several = instances.length > 1;
  return instances.map(({ id, plan }): Findings[number] => {
    const written = plan.host.workspace ?? (several ? `workspace/${id}` : 'workspace');
    const path = resolve(project.directory, written.replace(/^~(?=\/)/, homedir()));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return mayMake(path, project.directory);
    if (!found.isDirectory())
      return { level: 'error', text: `${path} is no folder`, fix: `mv ${path} ${path}.old` };
    const mine = 'sudo chown -R "$(id -u):$(id -g)"';
    return mayWrite(path)
      ? { level: 'ok', text: `${path} is yours to read and write` }
      : { level: 'error', text: `${path} cannot be written by you`, fix: `${mine} ${path}` };
  });
}

function mayMake(path: string, end: string): Findings[number] {
  const parent = dirname(path);
  if (parent !== end && parent !== '/' && !lstatSync(parent, { throwIfNoEntry: false })) {
    const { level, fix } = mayMake(parent, end);
    return {
      level,
      text: `${path} ${level === 'ok' ? 'will be made' : 'cannot be made'}`,
      ...(fix ? { fix } : {}),
    };
  }
  return mayWrite(parent)
    ? { level: 'ok', text: `${path} will be made` }
    : {
        level: 'error',
        text: `${path} cannot be made: ${parent} is not yours to write`,
        fix: `ls -ld ${parent}`,
      };
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
