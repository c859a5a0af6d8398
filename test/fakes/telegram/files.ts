import { randomUUID } from 'node:crypto';
import type { File, PhotoSize } from 'grammy/types';
import type { TelegramFile } from '../testing/telegram.ts';
import { text } from './params.ts';
import { ApiError, type Bot, badRequest, type Context, type StoredFile } from './types.ts';

const FOLDERS: Record<string, string> = { photo: 'photos', voice: 'voice', video: 'videos', audio: 'music' };

/** What Telegram makes of a file itself, whatever it was sent as. */
const TYPES: Record<string, string> = {
  voice: 'audio/ogg',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  animation: 'video/mp4',
};
/** https://core.telegram.org/bots/api#getfile and #sending-files */
const MOST_FETCHED = 20 * 1024 * 1024;
const MOST_SENT = 50 * 1024 * 1024;

export interface FileToStore {
  kind: string;
  name: string;
  data: Buffer;
  type?: string;
  size?: number;
}

export function storeFile(bot: Bot, { kind, name, data, type, size }: FileToStore): StoredFile {
  const id = randomUUID().replaceAll('-', '');
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.')) : '';
  const file_path = `${FOLDERS[kind] ?? 'documents'}/file_${bot.files.size}${extension}`;
  const known = type && type !== 'application/octet-stream' ? type : TYPES[kind];
  const more = { type: known ?? 'application/octet-stream', size: size ?? data.length };
  const file = { file_id: id, file_path, kind, name, data, ...more };
  bot.files.set(id, file);
  return file;
}

/** A file parameter: an upload, attach://<upload>, the id of a file that is here, or a URL (kept empty). */
export function fileOf(context: Context, kind: string, value: unknown = context.params[kind]): StoredFile {
  const named = text(value);
  const field = named.startsWith('attach://') ? named.slice('attach://'.length) : kind;
  const upload = context.uploads.find((one) => one.field === field);
  if (upload) {
    const { filename: name, data, type } = upload;
    if (data.length > MOST_SENT) throw new ApiError(413, 'Request Entity Too Large');
    return storeFile(context.bot, { kind, name, data, type });
  }
  const known = context.bot.files.get(named);
  if (known) return known;
  if (/^https?:\/\//.test(named))
    return storeFile(context.bot, { kind, name: named.split('/').at(-1) ?? '', data: Buffer.alloc(0) });
  if (named === '') throw badRequest(`there is no ${kind} in the request`);
  throw badRequest('wrong file identifier/HTTP URL specified');
}

export function describe(file: StoredFile): { file_id: string; file_unique_id: string; file_size: number } {
  return { file_id: file.file_id, file_unique_id: file.file_id.slice(0, 16), file_size: file.size };
}

export function toFile(file: StoredFile): File {
  if (file.size > MOST_FETCHED) throw badRequest('file is too big');
  return { ...describe(file), file_path: file.file_path };
}

export function toPhoto(file: StoredFile): PhotoSize[] {
  return [{ ...describe(file), width: 100, height: 100 }];
}

/** The content of a message that carries a file of this kind. */
export function fileContent(kind: string, file: StoredFile): Record<string, unknown> {
  if (kind === 'photo') return { photo: toPhoto(file) };
  const named = { ...describe(file), file_name: file.name, mime_type: file.type };
  if (kind === 'document') return { document: named };
  if (kind === 'video_note') return { video_note: { ...describe(file), length: 100, duration: 1 } };
  if (kind === 'animation') {
    const animation = { ...named, width: 100, height: 100, duration: 1 };
    return { animation, document: named };
  }
  if (kind === 'sticker') {
    const sticker = { type: 'regular', width: 512, height: 512, is_animated: false, is_video: false };
    return { sticker: { ...describe(file), ...sticker } };
  }
  if (kind === 'live_photo' || kind === 'video') {
    return { [kind]: { ...named, width: 100, height: 100, duration: 1 } };
  }
  return { [kind]: { ...named, duration: 1 } };
}

/** The files that a message shows; of a photo the largest of its sizes. */
export function filesIn(bot: Bot, message: object): TelegramFile[] {
  const shown = Object.entries(message).flatMap(([field, value]) => {
    // Telegram lists an animation as a document too.
    if (field === 'document' && 'animation' in message) return [];
    const one: unknown = Array.isArray(value) ? value.at(-1) : value;
    const id = typeof one === 'object' && one !== null && 'file_id' in one ? one.file_id : undefined;
    return typeof id === 'string' ? [bot.files.get(id)] : [];
  });
  return shown
    .filter((file) => file !== undefined)
    .map(({ kind, name, type, size, file_id, data }) => ({ kind, name, type, size, file_id, data }));
}
