import { type Api, InputFile } from 'grammy/web';
import { type Address, type Channel, type FilePart, SendFailed, type TextPart } from '../adapter.ts';
import { type Refused, refusedBy, silence, within } from './client.ts';

const TEXT_TIME = 30_000;
/** For 50 MB on a slow line. */
const FILE_TIME = 300_000;
/** Bytes; Telegram takes larger pictures as documents only. */
const PHOTO_LIMIT = 10 * 1024 * 1024;
const PHOTOS = new Set(['image/jpeg', 'image/png', 'image/webp']);

/** Sends messages of one bot, each with one call, or with a second one where Telegram refuses the form of the first. */
export function createSend(api: Api): Channel['send'] {
  /** Supergroups by the id of the group that each was made of. */
  const moved = new Map<string, string>();

  async function sendText(chat: string, to: Address, part: TextPart, signal: AbortSignal): Promise<void> {
    const options = { ...placeOf(to), link_preview_options: { is_disabled: true } };
    const limit = within(TEXT_TIME, signal);
    try {
      await api.sendMessage(chat, part.text, { ...options, parse_mode: 'HTML' }, limit);
    } catch (error) {
      if (!/can't parse entities/i.test(refusedBy(error)?.words ?? '')) throw error;
      await api.sendMessage(chat, part.plain, options, limit);
    }
  }

  async function sendFile(chat: string, to: Address, part: FilePart, signal: AbortSignal): Promise<void> {
    const limit = within(FILE_TIME, signal);
    const file = (): InputFile => new InputFile(part.data, quoted(part.name));
    if (PHOTOS.has(part.mediaType) && part.data.length <= PHOTO_LIMIT) {
      try {
        await api.sendPhoto(chat, file(), placeOf(to), limit);
        return;
      } catch (error) {
        // Too wide, too long, or no picture to Telegram: it is still a file.
        if (refusedBy(error)?.code !== 400 || refusedBy(error)?.movedTo !== undefined) throw error;
      }
    }
    await api.sendDocument(chat, file(), placeOf(to), limit);
  }

  return async (to, part, _key, signal) => {
    const send = (chat: string): Promise<void> =>
      part.kind === 'text' ? sendText(chat, to, part, signal) : sendFile(chat, to, part, signal);
    try {
      await send(moved.get(to.chat) ?? to.chat);
    } catch (error) {
      const movedTo = refusedBy(error)?.movedTo;
      if (movedTo === undefined) throw toSendFailed(error);
      moved.set(to.chat, movedTo);
      await send(movedTo).catch((again: unknown) => Promise.reject(toSendFailed(again)));
    }
  };
}

/** Topic, and in groups the message that is answered, which may be gone by now. */
function placeOf({ chat, thread, message }: Address): object {
  const group = chat.startsWith('-');
  return {
    ...(thread === undefined ? {} : { message_thread_id: Number(thread) }),
    ...(group && message !== undefined
      ? { reply_parameters: { message_id: Number(message), allow_sending_without_reply: true } }
      : {}),
  };
}

/** grammY writes a file's name into a header as it is. */
function quoted(name: string): string {
  return `"${name.replace(/[\x00-\x1f\x7f"\\]/g, '_')}"`;
}

/** Telegram's words where a chat takes no more messages of the bot. */
const GONE =
  /chat not found|deactivated|kicked|not a member|no rights to send a message|CHAT_WRITE_FORBIDDEN|thread not found|TOPIC_(CLOSED|DELETED)/i;

function toSendFailed(error: unknown): SendFailed {
  const refused = refusedBy(error);
  if (refused)
    return new SendFailed(`Telegram answers ${refused.code}: ${refused.words}`, outcomeOf(refused));
  const { words, unsent } = silence(error);
  return new SendFailed(words, { outcome: 'later', uncertain: !unsent });
}

function outcomeOf({ code, words, retryAfter }: Refused): SendFailed['failure'] {
  const after = retryAfter === undefined ? {} : { retryAfter };
  if (code === 429) return { outcome: 'later', uncertain: false, ...after };
  // A new token may come with the next start.
  if (code === 401 || code === 404) return { outcome: 'later', uncertain: false };
  if (code >= 500) return { outcome: 'later', uncertain: true, ...after };
  if (code === 403 || GONE.test(words)) return { outcome: 'gone', uncertain: false };
  return { outcome: 'refused', uncertain: false };
}
