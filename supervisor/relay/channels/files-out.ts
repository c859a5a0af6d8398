import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { basename, extname, resolve, sep } from 'node:path';

export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly mediaType: string;
}

/** More in one reply than people want. */
export const MOST_FILES = 10;

/**
 * Files that a reply links to: relative or absolute paths, as Markdown links or images outside of code, of regular files
 * inside the workspace and not larger than `limit` bytes.
 */
export async function linkedFiles(markdown: string, workspace: string, limit: number): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const target of targets(markdown)) {
    if (found.size >= MOST_FILES) break;
    const path = resolve(workspace, target);
    const opened = await openInside(path, [workspace]);
    if (!opened) continue;
    await opened.handle.close();
    if (opened.stats.size > limit) continue;
    found.set(path, { path, name: basename(path), mediaType: mediaTypeOf(path) });
  }
  return [...found.values()];
}

/** The bytes of a file below one of the roots; undefined when it is not there, or not any more what it was. */
export async function readOutgoing(
  path: string,
  roots: readonly string[],
  limit: number,
): Promise<Buffer | undefined> {
  const opened = await openInside(path, roots);
  if (!opened) return undefined;
  try {
    return opened.stats.size <= limit ? await opened.handle.readFile() : undefined;
  } catch {
    return undefined;
  } finally {
    await opened.handle.close();
  }
}

/**
 * Asks the kernel where an open file is: between a look at a path and its opening an agent can put a link there. A pipe
 * must not keep us waiting, so nothing is waited for.
 */
async function openInside(
  path: string,
  roots: readonly string[],
): Promise<{ handle: FileHandle; stats: Stats } | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stats = await handle.stat();
    const place = await readlink(`/proc/self/fd/${handle.fd}`);
    for (const root of roots) {
      if (stats.isFile() && place.startsWith(`${await realpath(root)}${sep}`)) return { handle, stats };
    }
  } catch {
    // Not there, or not ours to read.
  }
  await handle?.close();
  return undefined;
}

/** Where links point that name no other place. */
function targets(markdown: string): string[] {
  const text = markdown
    .replace(/^ {0,3}(```+|~~~+)[\s\S]*?(^ {0,3}\1|$(?![\s\S]))/gm, '')
    .replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\[[^[\]\n]{0,300}\]\(\s{0,3}(?:<([^<>\n]{1,1000})>|([^\s()<>]{1,1000}))/g)]
    .map(([, angled, plain]) => (angled ?? plain ?? '').replace(/^file:\/\//, ''))
    .filter((target) => !/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target))
    .map(decoded);
}

function decoded(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target;
  }
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.json': 'application/json',
  '.zip': 'application/zip',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
  '.mp4': 'video/mp4',
};

function mediaTypeOf(path: string): string {
  return mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
}
