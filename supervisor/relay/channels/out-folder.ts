import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReplyFile } from './ask.ts';
import type { FoundFile } from './files-out.ts';

/** Files that a runtime handed out, until they are sent. */
export interface OutFolder {
  readonly put: (file: ReplyFile) => Promise<FoundFile>;
  /** Removes what no reply waits to send: left behind by a process that was killed. Never rejects. */
  readonly clean: (used: readonly string[]) => Promise<void>;
}

/** Below the relay's state. */
export function outFolderIn(state: string): string {
  return join(state, 'out');
}

export function createOutFolder(folder: string): OutFolder {
  return {
    put: async ({ name, mediaType, data }) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, randomUUID());
      await writeFile(path, data, { mode: 0o600, flag: 'wx' });
      return { path, name, mediaType };
    },
    clean: async (used) => {
      const names = await readdir(folder).catch(() => []);
      const keep = new Set(used);
      const left = names.map((name) => join(folder, name)).filter((path) => !keep.has(path));
      await Promise.all(
        left.map((path) => rm(path, { recursive: true, force: true }).catch(() => undefined)),
      );
    },
  };
}
