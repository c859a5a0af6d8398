import type { Message, PhotoSize } from 'grammy/types';
import type { IncomingFile } from '../adapter.ts';

/** The files of a message; a photo once, in its largest size. */
export function filesOf(message: Message): IncomingFile[] {
  const { photo, animation, document, voice, audio, video, video_note, message_id } = message;
  const named = (kind: string, extension: string): string => `${kind}-${message_id}.${extension}`;
  if (photo) return [toFile(largest(photo), named('photo', 'jpg'), 'image/jpeg')];
  // Telegram sends an animation as a document too.
  if (animation) return [toFile(animation, animation.file_name ?? named('animation', 'mp4'), 'video/mp4')];
  if (document) return [toFile(document, document.file_name ?? named('document', 'bin'), undefined)];
  if (voice) return [toFile(voice, named('voice', 'ogg'), 'audio/ogg')];
  if (audio) return [toFile(audio, audio.file_name ?? named('audio', 'mp3'), 'audio/mpeg')];
  if (video) return [toFile(video, video.file_name ?? named('video', 'mp4'), 'video/mp4')];
  if (video_note) return [toFile(video_note, named('video', 'mp4'), 'video/mp4')];
  return [];
}

/** What is neither text nor file, in words; undefined where a message has nothing of that kind. */
export function inWords({ sticker, venue, location, contact, dice, poll }: Message): string | undefined {
  if (sticker) return `[sticker${sticker.emoji === undefined ? '' : ` ${sticker.emoji}`}]`;
  // A venue comes with its location.
  if (venue) return `[place ${venue.title}, ${venue.address}, ${coordinates(venue.location)}]`;
  if (location) return `[location ${coordinates(location)}]`;
  if (contact) {
    const name = [contact.first_name, contact.last_name].filter(Boolean).join(' ');
    return `[contact ${name}, ${contact.phone_number}]`;
  }
  if (dice) return `[${dice.emoji} ${dice.value}]`;
  if (poll) return `[poll ${poll.question}: ${poll.options.map(({ text }) => text).join(' / ')}]`;
  return undefined;
}

interface TelegramFile {
  readonly file_id: string;
  readonly file_size?: number;
  readonly mime_type?: string;
}

function toFile(file: TelegramFile, name: string, usually: string | undefined): IncomingFile {
  const mediaType = file.mime_type ?? usually;
  return {
    ref: file.file_id,
    name,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(file.file_size === undefined ? {} : { size: file.file_size }),
  };
}

function largest(sizes: readonly PhotoSize[]): TelegramFile {
  const first = sizes[0];
  if (!first) throw new Error('a photo without a size');
  return sizes.reduce(
    (best, size) => (size.width * size.height > best.width * best.height ? size : best),
    first,
  );
}

function coordinates({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${latitude},${longitude}`;
}
