import { writeAtomically } from '../render/files.ts';
import type { Identity } from './volumes.ts';

/** The user that the image's own /etc/passwd names, and its group. */
const baked = { uid: 10_000, gid: 10_000 };
/** libnss-extrausers ignores ids below it, so nobody can forge root with these files. */
const lowest = 500;

/**
 * Gives an unusual uid and its groups a name, so that `whoami`, ssh and `os.userInfo()` work. /var/lib/extrausers in the
 * image points here.
 */
export function writeIdentity({ uid, gid, groups }: Identity, home: string, directory: string): void {
  const user = uid === baked.uid ? 'clawden' : `clawden${uid}`;
  if (uid !== baked.uid) {
    const line = `${user}:x:${uid}:${gid}:ClawDen:${home}:/bin/bash\n`;
    writeAtomically(`${directory}/passwd`, line, 0o644, directory);
  }
  const unnamed = [...new Set([gid, ...groups])].filter((group) => group >= lowest && group !== baked.gid);
  if (unnamed.length === 0) return;
  // The user as the one member: ssh then takes a group-writable ~/.ssh/config for as private as it is.
  const lines = unnamed.map((group) => `clawden${group}:x:${group}:${user}\n`);
  writeAtomically(`${directory}/group`, lines.join(''), 0o644, directory);
}
