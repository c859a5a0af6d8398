import { accessSync, chmodSync, chownSync, constants, type Stats, statSync } from 'node:fs';
import { CliError } from './errors.ts';
import type { IdMapping } from './id-mapping.ts';
import { agentUid, bindMount, quoted, WORKSPACE } from './mounts.ts';
import { reasonOf } from './project.ts';
import { findFolder, makeFolder } from './workspace-folder.ts';
import { type WorkspacePlace, workspacePath } from './workspace-path.ts';

/** Who types the command. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  /** All groups of the caller. */
  readonly groups: readonly number[];
}

export interface WorkspaceRequest extends WorkspacePlace {
  /** Undefined on Windows. */
  readonly caller: Caller | undefined;
  readonly mapping: IdMapping;
}

export function currentCaller(): Caller | undefined {
  if (!process.getuid || !process.getgid || !process.getgroups) return undefined;
  return { uid: process.getuid(), gid: process.getgid(), groups: process.getgroups() };
}

/** Words of `docker run`. */
export interface Workspace {
  readonly mount: readonly string[];
  readonly user: readonly string[];
}

/** The image's user; its rights in the workspace come from the group alone. */
const AGENT = { uid: agentUid, gid: 10_000 };
const SETGID = 0o2000;
const GROUP_ALL = 0o070;

/**
 * Makes the folder where it is missing and gives its group the right to write, so that agent and caller can do with
 * each other's files what they like. The group is the folder's own if the caller is in it, else the caller's; the agent runs with it.
 */
export function prepareWorkspace(request: WorkspaceRequest): Workspace {
  const { mapping, caller } = request;
  const path = workspacePath(request);
  if (mapping === 'remapped') throw new CliError('workspace-remapped', { path });
  const owner = statSync(request.projectDirectory);
  const trusted = caller && new Set([0, owner.uid, caller.uid]);
  // `sudo clawden`: the folder is for whose project it is.
  const heir = caller?.uid === 0 && owner.uid !== 0 ? owner : undefined;
  if (!findFolder(path, trusted)) makeFolder(path, heir);
  const mount = bindMount(path, WORKSPACE, 'writable');
  // Windows has no groups, and the virtual machine's folders need none.
  if (mapping === 'virtual' || !caller) {
    mustWrite(path);
    return { mount, user: [] };
  }
  const gid = share(path, mapping === 'rootless' ? { ...caller, groups: [caller.gid] } : caller, owner);
  return { mount, user: ['--user', `${AGENT.uid}:${mapping === 'rootless' ? 0 : gid}`] };
}

/** Gives the folder its rights where it is the caller's to give them. Returns the group that shares it. */
function share(path: string, caller: Caller, project: Stats): number {
  const before = statSync(path);
  const mine = caller.uid === 0 || before.uid === caller.uid;
  const gid = groupFor(before, caller, project);
  if (!mine && (before.gid !== gid || !isShared(before))) {
    const owner = before.uid === 0 ? 'root' : `uid ${before.uid}, gid ${before.gid}`;
    throw new CliError('workspace-foreign', { path, owner, quoted: quoted(path) });
  }
  mustWrite(path);
  if (mine && (before.gid !== gid || !isShared(before))) {
    try {
      // The group first: whoever is not in it cannot set setgid.
      if (before.gid !== gid) chownSync(path, before.uid, gid);
      chmodSync(path, (before.mode & 0o7777) | SETGID | GROUP_ALL);
    } catch (error) {
      throw new CliError('workspace-rights', { path, reason: reasonOf(error) });
    }
    // A foreign file system may take the call and keep what it had. Without setgid it would still do.
    if ((statSync(path).mode & GROUP_ALL) !== GROUP_ALL)
      throw new CliError('workspace-rights', { path, reason: 'they did not stay' });
  }
  return gid;
}

function groupFor(folder: Stats, caller: Caller, project: Stats): number {
  // Root may use any group, but the agent must not get root's.
  if (caller.uid === 0) {
    if (folder.gid !== 0) return folder.gid;
    return project.uid !== 0 && project.gid !== 0 ? project.gid : AGENT.gid;
  }
  const groups = [caller.gid, ...caller.groups];
  return folder.gid !== 0 && groups.includes(folder.gid) ? folder.gid : caller.gid;
}

function isShared({ mode }: Stats): boolean {
  return (mode & (SETGID | GROUP_ALL)) === (SETGID | GROUP_ALL);
}

function mustWrite(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = reasonOf(error);
    const next =
      reason === 'EROFS' ? 'a folder that can be written: workspace: PATH' : `chmod u+rwx ${quoted(path)}`;
    throw new CliError('workspace-read-only', { path, reason, next });
  }
}
