import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, normalize } from 'node:path';
import type { RenderedFile } from '../../runtimes/contract.ts';

/**
 * Writes each file beside its place and renames it: a reader, such as a runtime that watches the directory, sees the
 * old content or the new one, never a half. The file is private from its first byte. Each lies below one of `roots`.
 */
export function writeFiles(files: readonly RenderedFile[], roots: readonly string[]): void {
  for (const { path, content, mode } of files) {
    const root = roots.find((candidate) => normalize(path).startsWith(`${candidate}/`));
    if (root === undefined) throw new Error(`${path} lies outside ${roots.join(' and ')}`);
    writeAtomically(normalize(path), content, mode, root);
  }
}

/** Removes what a runtime has read and will not read again. */
export function removeRead(files: readonly RenderedFile[]): void {
  for (const { path, readOnce } of files) if (readOnce) rmSync(path, { force: true });
}

/** `root` is a mount or a folder of the image; what lies below it, an agent may have put there. */
export function writeAtomically(path: string, content: string, mode: number, root: string): void {
  ownFolder(dirname(path), root);
  const temporary = `${path}.${process.pid}.tmp`;
  // A leftover of a killed process, or a planted symlink, must not be written through.
  rmSync(temporary, { recursive: true, force: true });
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
    // A rename replaces a symlink and never follows it; of a folder in the way it would fail.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes a folder of ours below `root`, private. Whatever else lies in its place goes: a symlink there would have us
 * write, and prune, where somebody else points at. Only the link goes, not what it names.
 */
export function ownFolder(path: string, root: string): void {
  mkdirSync(root, { recursive: true });
  let at = root;
  for (const name of path.slice(root.length).split('/').filter(Boolean)) {
    at += `/${name}`;
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found?.isDirectory()) continue;
    if (found) rmSync(at);
    mkdirSync(at, { mode: 0o700 });
  }
}
