import { mkdirSync, openSync } from 'node:fs';
import { loadNative } from '../process/native.ts';

/**
 * Keeps a second container from the same state, for runtimes that would not notice it. The file stays open, and with it
 * the lock, as long as this process lives; no child inherits it.
 */
export function lockState(folder: string, name: string): 'held' | 'taken' | 'impossible' {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return loadNative().lock(openSync(`${folder}/${name}.lock`, 'a', 0o600));
}
