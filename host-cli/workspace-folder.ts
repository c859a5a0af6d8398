import { chownSync, lstatSync, mkdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { CliError } from './errors.ts';
import { quoted } from './mounts.ts';
import { reasonOf } from './project.ts';

/**
 * Whether the folder is there. A link in its place is refused. A link on the way to it is followed when one of `trusted`
 * made it, or when that is undefined: another one an agent may have put there, to be given what lies behind.
 */
export function findFolder(path: string, trusted: ReadonlySet<number> | undefined): boolean {
  let at = parse(path).root;
  for (const name of path.slice(at.length).split(sep)) {
    at = join(at, name);
    const found = statsOf(path, at, lstatSync);
    if (!found) return false;
    if (!found.isSymbolicLink()) {
      mustBeFolder(path, at, found);
      continue;
    }
    const target = resolve(dirname(at), readlinkSync(at));
    if (at === path) throw new CliError('workspace-is-link', { path, target, quoted: quoted(at) });
    if (trusted && !trusted.has(found.uid))
      throw new CliError('workspace-planted-link', { path: at, uid: found.uid, quoted: quoted(at) });
    mustBeFolder(path, at, statsOf(path, at, statSync));
  }
  return true;
}

/** Makes it, with the folders above it; all that was made is then the heir's, where there is one. */
export function makeFolder(path: string, heir: Pick<Stats, 'uid' | 'gid'> | undefined): void {
  try {
    const first = mkdirSync(path, { recursive: true });
    if (!heir || first === undefined) return;
    for (let at = path; at.length >= first.length; at = dirname(at)) chownSync(at, heir.uid, heir.gid);
  } catch (error) {
    throw unmade(path, error);
  }
}

function mustBeFolder(path: string, at: string, found: Stats | undefined): void {
  if (!found?.isDirectory())
    throw new CliError('workspace-not-folder', { path, file: at, quoted: quoted(at) });
}

function statsOf(path: string, at: string, read: typeof statSync): Stats | undefined {
  try {
    return read(at, { throwIfNoEntry: false });
  } catch (error) {
    throw unmade(path, error);
  }
}

function unmade(path: string, error: unknown): CliError {
  return new CliError('workspace-unmade', { path, reason: reasonOf(error), quoted: quoted(path) });
}
