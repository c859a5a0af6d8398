import { constants, lstatSync, openSync, rmSync } from 'node:fs';
import { loadNative } from '../process/native.ts';
import { ownFolder } from '../render/files.ts';

/**
 * Keeps a second container from the same state, for runtimes that would not notice it. The file stays open, and with it
 * the lock, as long as this process lives; no child inherits it.
 */
export function lockState(volume: string, name: string): 'held' | 'taken' | 'impossible' {
  const folder = `${volume}/.clawden`;
  ownFolder(folder, volume);
  const file = `${folder}/${name}.lock`;
  // An agent may have put a link or a fifo there: neither is followed or waited for.
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false)
    rmSync(file, { recursive: true, force: true });
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  return loadNative().lock(openSync(file, flags, 0o600));
}
