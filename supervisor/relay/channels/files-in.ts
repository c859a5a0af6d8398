import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TurnImage } from '../../../runtimes/contract.ts';
import type { Channel, IncomingFile } from '../../channels/adapter.ts';
import type { Gate } from './gate.ts';
import type { Room } from './room.ts';
import { numbered, safeName } from './safe-name.ts';

export interface Inbox {
  readonly channel: Channel;
  /** Name of the channel. */
  readonly name: string;
  readonly workspace: string;
  /** Bytes. */
  readonly fileLimit: number;
  /** The message API takes images. */
  readonly images: boolean;
  /** Files are whole in memory, so that only few are fetched at once. */
  readonly gate: Gate;
  /** For the images of all turns that are in flight. */
  readonly room: Room;
}

export interface Received {
  readonly images: readonly TurnImage[];
  /** To be called when they are not needed any more. */
  readonly done: () => void;
  /** A line for the agent about each file that it does not get as an image. */
  readonly notes: readonly string[];
}

const MOST_FILES = 10;
const MOST_IMAGES = 4;
const IMAGE_LIMIT = 5_000_000;
const FETCH_LIMIT = 120_000;

/** Fetches what came with a message: images for the model, everything else into the workspace. Never throws. */
export async function receiveFiles(
  inbox: Inbox,
  files: readonly IncomingFile[],
  signal: AbortSignal,
): Promise<Received> {
  const images: TurnImage[] = [];
  const notes: string[] = [];
  let taken = 0;
  const fits = (data: Buffer): boolean => {
    if (!inbox.images || data.length > IMAGE_LIMIT || images.length >= MOST_IMAGES) return false;
    if (!inbox.room.take(data.length)) return false;
    taken += data.length;
    return true;
  };
  for (const [index, file] of files.entries()) {
    const name = safeName(file.name);
    if (index >= MOST_FILES) {
      notes.push(`[file not fetched: ${name}, only ${MOST_FILES} files a message are]`);
      continue;
    }
    if ((file.size ?? 0) > inbox.fileLimit) {
      notes.push(`[file not fetched: ${name}, ${size(file.size ?? 0)}, too large]`);
      continue;
    }
    const leave = await inbox.gate.enter();
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(FETCH_LIMIT)]);
      const data = await inbox.channel.fetchFile(file, inbox.fileLimit, limit);
      const mediaType = imageType(data);
      if (mediaType && fits(data)) {
        images.push({ mediaType, base64: data.toString('base64') });
        continue;
      }
      const saved = await save(inbox, name, data);
      const about = [saved, size(data.length), file.mediaType ?? mediaType].filter(Boolean).join(', ');
      notes.push(`[file saved: ${about.replace(/[\p{Cc}[\]]/gu, '_')}]`);
    } catch (error) {
      notes.push(
        `[file not fetched: ${name}, ${error instanceof NotSaved ? error.message : 'it could not be had'}]`,
      );
    } finally {
      leave();
    }
  }
  return { images, notes, done: () => inbox.room.leave(taken) };
}

class NotSaved extends Error {}

/** Path below the workspace. Never over another file, never through a link. */
async function save({ workspace, name: channel }: Inbox, name: string, data: Buffer): Promise<string> {
  const folder = join('inbox', safeName(channel));
  await plainFolder(join(workspace, 'inbox'));
  await plainFolder(join(workspace, folder));
  for (let number = 1; number < 10_000; number += 1) {
    const path = join(folder, numbered(name, number));
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(join(workspace, path), flags, 0o644).catch((error: unknown) => {
      if (Object(error).code === 'EEXIST') return undefined;
      throw new NotSaved(`it could not be saved (${String(Object(error).code)})`);
    });
    if (!handle) continue;
    try {
      const place = await readlink(`/proc/self/fd/${handle.fd}`);
      if (!place.startsWith(`${await realpath(workspace)}/`))
        throw new NotSaved('inbox leads out of the workspace');
      await handle.writeFile(data).catch(async (error: unknown) => {
        // Half a file would look like a whole one.
        await rm(join(workspace, path), { force: true }).catch(() => undefined);
        throw new NotSaved(`it could not be saved (${String(Object(error).code)})`);
      });
    } finally {
      await handle.close();
    }
    return path;
  }
  throw new NotSaved('too many files have its name');
}

async function plainFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 }).catch(() => undefined);
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw new NotSaved('there is no folder inbox to save it in');
}

/** By the first bytes: names and types are what somebody said. */
function imageType(data: Buffer): string | undefined {
  const head = data.subarray(0, 12).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  return /^RIFF[\s\S]{4}WEBP/.test(head) ? 'image/webp' : undefined;
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
