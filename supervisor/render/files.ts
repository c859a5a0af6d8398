import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { RenderedFile } from '../../runtimes/contract.ts';

/**
 * Writes each file beside its place and renames it: a reader, such as a runtime that watches the directory, sees the
 * old content or the new one, never a half. The file is private from its first byte.
 */
export function writeFiles(files: readonly RenderedFile[]): void {
  for (const file of files) writeAtomically(file.path, file.content, file.mode);
}

/** Removes what a runtime has read and will not read again. */
export function removeRead(files: readonly RenderedFile[]): void {
  for (const { path, readOnce } of files) if (readOnce) rmSync(path, { force: true });
}

export function writeAtomically(path: string, content: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  // A leftover of a killed process, or a planted symlink, must not be written through.
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', mode);
  try {
    try {
      // Not writeSync: on a disk that fills up it writes a part and says how much, without an error.
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(temporary, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
