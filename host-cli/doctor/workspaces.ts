import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { InstancePlan } from '../../supervisor/config/project.ts';
import { CliError } from '../errors.ts';
import { quoted } from '../mounts.ts';
import { currentCaller } from '../workspace.ts';
import { findFolder } from '../workspace-folder.ts';
import { workspacePath } from '../workspace-path.ts';
import { type Findings, fromError } from './finding.ts';

/** Folders, absolute. */
export interface Surroundings {
  readonly projectDirectory: string;
  /** Where clawden.yaml lies. */
  readonly fileDirectory: string;
}

/** May each workspace be where it is, and can the person read and write it, or make it? */
export function checkWorkspaces(around: Surroundings, instances: readonly InstancePlan[]): Findings {
  if (instances.length === 0)
    return [{ level: 'skipped', text: 'no instance is planned, so no folder is wanted' }];
  const alone = instances.length === 1;
  return instances.map(({ id, plan }): Findings[number] => {
    try {
      const place = { instance: id, alone, written: plan.host.workspace, home: homedir(), ...around };
      return look(workspacePath(place), around.projectDirectory);
    } catch (error) {
      if (error instanceof CliError) return fromError(error);
      throw error;
    }
  });
}

function look(path: string, projectDirectory: string): Findings[number] {
  const caller = currentCaller();
  const trusted = caller && new Set([0, caller.uid, statSync(projectDirectory).uid]);
  if (findFolder(path, trusted)) {
    if (mayWrite(path)) return { level: 'ok', text: `${path} is yours to read and write` };
    const fix = `sudo chown -R "$(id -u):$(id -g)" ${quoted(path)}`;
    return { level: 'error', text: `${path} cannot be written by you`, fix };
  }
  const parent = nearestFolder(dirname(path));
  if (mayWrite(parent)) return { level: 'ok', text: `${path} will be made` };
  const text = `${path} cannot be made: ${parent} is not yours to write`;
  return { level: 'error', text, fix: `ls -ld ${quoted(parent)}` };
}

function nearestFolder(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) ? path : nearestFolder(dirname(path));
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
