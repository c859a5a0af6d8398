import { randomUUID } from 'node:crypto';
import type { File, PhotoSize } from 'grammy/types';
import { text } from './params.ts';
import { type Bot, badRequest, type Context, type StoredFile } from './types.ts';

const FOLDERS: Record<string, string> = { photo: 'photos', voice: 'voice', video: 'videos', audio: 'music' };

export function storeFile(bot: Bot, kind: string, name: string, data: Buffer): StoredFile {
  const id = randomUUID().replaceAll('-', '');
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.')) : '';
  const file_path = `${FOLDERS[kind] ?? 'documents'}/file_${bot.files.size}${extension}`;
  const file = { file_id: id, file_path, name, data };
  bot.files.set(id, file);
  return file;
}

/** A file parameter: an upload, attach://<upload>, the id of a file that is here, or a URL (kept empty). */
export function fileOf(context: Context, kind: string, value: unknown = context.params[kind]): StoredFile {
  const named = text(value);
  const field = named.startsWith('attach://') ? named.slice('attach://'.length) : kind;
  const upload = context.uploads.find((one) => one.field === field);
  if (upload) return storeFile(context.bot, kind, upload.filename, upload.data);
  const known = context.bot.files.get(named);
  if (known) return known;
  if (/^https?:\/\//.test(named))
    return storeFile(context.bot, kind, named.split('/').at(-1) ?? '', Buffer.alloc(0));
  if (named === '') throw badRequest(`there is no ${kind} in the request`);
  throw badRequest('wrong file identifier/HTTP URL specified');
}

export function describe(file: StoredFile): { file_id: string; file_unique_id: string; file_size: number } {
  return { file_id: file.file_id, file_unique_id: file.file_id.slice(0, 16), file_size: file.data.length };
}

export function toFile(file: StoredFile): File {
  return { ...describe(file), file_path: file.file_path };
}

export function toPhoto(file: StoredFile): PhotoSize[] {
  return [{ ...describe(file), width: 100, height: 100 }];
}

/** The content of a message that carries a file of this kind. */
export function fileContent(kind: string, file: StoredFile): Record<string, unknown> {
  if (kind === 'photo') return { photo: toPhoto(file) };
  const named = { ...describe(file), file_name: file.name, mime_type: 'application/octet-stream' };
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
