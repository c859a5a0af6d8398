import { writeAtomically } from '../render/files.ts';
import type { Identity } from './volumes.ts';

/** The user that the image's own /etc/passwd names. */
const baked: Identity = { uid: 10_000, gid: 10_000 };

/**
 * Gives an unusual uid a name, so that `whoami`, ssh and `os.userInfo()` work. /var/lib/extrausers in the image points
 * here; libnss-extrausers ignores ids below 500, so nobody can forge root with it.
 */
export function writeIdentity(identity: Identity, home: string, directory: string): void {
  if (identity.uid === baked.uid && identity.gid === baked.gid) return;
  const user = `clawden${identity.uid}`;
  if (identity.uid !== baked.uid) {
    writeAtomically(
      `${directory}/passwd`,
      `${user}:x:${identity.uid}:${identity.gid}:ClawDen:${home}:/bin/bash\n`,
      0o644,
      directory,
    );
  }
  if (identity.gid >= 500 && identity.gid !== baked.gid) {
    writeAtomically(`${directory}/group`, `clawden${identity.gid}:x:${identity.gid}:\n`, 0o644, directory);
  }
}
