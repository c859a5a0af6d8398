import { statSync } from 'node:fs';

/**
 * Umask for all that works in the workspace: 002 where the folder is setgid and writable for a group of ours, by which its
 * owner says that its files are for that group (`clawden` makes it so, and Kubernetes by fsGroup). Undefined elsewhere: what
 * the container was started with stays. PID 1 and the relay keep theirs in any case.
 */
export function sharedUmask(workspace: string, groups: readonly number[]): number | undefined {
  const { mode, gid } = statSync(workspace);
  return (mode & SETGID) !== 0 && (mode & GROUP_WRITE) !== 0 && groups.includes(gid) ? 0o002 : undefined;
}

const SETGID = 0o2000;
const GROUP_WRITE = 0o020;
