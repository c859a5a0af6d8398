import type { Message, MessageEntity, Update } from 'grammy/types';
import { addChat, type ChatInput, toUser, type UserInput } from './chats.ts';
import { fileContent, storeFile } from './files.ts';
import { keep } from './messages.ts';
import type { Bot } from './types.ts';

export interface Injection {
  /** Which bot hears it; needed only when several are registered. */
  token?: string;
  from: number | UserInput;
  text?: string;
  /** Default: the private chat with `from`. A number below zero is a group. */
  chat?: number | ChatInput;
  type?: 'private' | 'group' | 'supergroup' | 'channel';
  reply_to_message_id?: number;
  message_thread_id?: number;
  entities?: MessageEntity[];
  /** A file that comes with the message; `text` becomes its caption. */
  file?: { kind?: string; name: string; data: Buffer | string };
}

export interface Injected {
  update_id: number;
  message_id: number;
  chat_id: number;
}

/** A message of a user, as the bot gets it. */
export function inject(bot: Bot, injection: Injection): Injected {
  const user = toUser(injection.from);
  const known = typeof injection.chat === 'object' ? injection.chat : { id: injection.chat ?? user.id };
  const chat = addChat(bot, injection.type ? { type: injection.type, ...known } : known, user);
  bot.lastMessageId += 1;
  const replied = bot.messages.get(`${chat.id}/${injection.reply_to_message_id ?? 0}`);
  const message = {
    message_id: bot.lastMessageId,
    from: user,
    chat,
    date: Math.floor(Date.now() / 1000),
    ...(injection.message_thread_id ? { message_thread_id: injection.message_thread_id } : {}),
    ...(replied ? { reply_to_message: replied } : {}),
    ...content(bot, injection),
  } as unknown as Message;
  keep(bot, message);
  const body = (chat.type === 'channel' ? { channel_post: message } : { message }) as Omit<
    Update,
    'update_id'
  >;
  return { update_id: bot.queue.push(body), message_id: message.message_id, chat_id: chat.id };
}

function content(bot: Bot, { text = '', entities, file }: Injection): object {
  const marks = entities ?? findEntities(text);
  if (!file) return { text, ...(marks.length > 0 ? { entities: marks } : {}) };
  const { kind = 'document', name, data } = file;
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data;
  const carried = fileContent(kind, storeFile(bot, kind, name, bytes));
  return { ...carried, ...(text === '' ? {} : { caption: text }) };
}

/** The entities Telegram finds by itself and bots act on: commands and mentions. */
function findEntities(text: string): MessageEntity[] {
  const found = text.matchAll(/(?<![\w/@])(?:\/[a-zA-Z0-9_]{1,32}(?:@\w{3,32})?|@\w{3,32})/g);
  return [...found].map((match) => ({
    type: match[0].startsWith('/') ? 'bot_command' : 'mention',
    offset: match.index,
    length: match[0].length,
  }));
}
