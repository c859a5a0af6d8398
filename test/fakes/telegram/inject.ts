import type { Chat, Message, MessageEntity, Update, User } from 'grammy/types';
import type {
  TelegramEdit,
  TelegramFileInput,
  TelegramInjected,
  TelegramInjection,
  TelegramReaction,
} from '../testing/telegram.ts';
import { addChat, findChat, toUser } from './chats.ts';
import { describe, fileContent, storeFile } from './files.ts';
import { findMessage, keep } from './messages.ts';
import type { Bot } from './types.ts';

/** A message of a user, as the bot gets it; of an album its first message. */
export function inject(bot: Bot, injection: TelegramInjection): TelegramInjected {
  const { chat, user } = whereAndWho(bot, injection);
  bot.blocked.delete(chat.id);
  const { file, files = file ? [file] : [] } = injection;
  const album = files.length > 1 ? { media_group_id: `${bot.lastMessageId + 1}0000` } : {};
  const one = (content: object): TelegramInjected => {
    const message = newMessage(bot, injection, { chat, user, content: { ...album, ...content } });
    keep(bot, message);
    const kind = chat.type === 'channel' ? 'channel_post' : 'message';
    return told(message, bot.queue.push({ [kind]: message } as unknown as Omit<Update, 'update_id'>));
  };
  const marks = injection.entities ?? findEntities(injection.text ?? '');
  const [first = {}, ...rest] =
    files.length === 0
      ? [textContent('text', injection.text ?? '', marks)]
      : files.map((each, index) => ({
          ...carried(bot, each),
          ...(index === 0 && injection.text ? textContent('caption', injection.text, marks) : {}),
        }));
  const injected = one(first);
  for (const content of rest) one(content);
  return injected;
}

/** A user changes a message that is there. */
export function injectEdit(bot: Bot, { chat, message_id, text }: TelegramEdit): TelegramInjected {
  const old = findMessage(bot, chat, message_id, 'message to edit');
  const { entities: _e, caption_entities: _c, ...kept } = old as Message & Record<string, unknown>;
  const content = textContent(old.text === undefined ? 'caption' : 'text', text, findEntities(text));
  const edit_date = Math.floor(Date.now() / 1000);
  const message = { ...kept, ...content, edit_date } as unknown as Message;
  keep(bot, message);
  const kind = message.chat.type === 'channel' ? 'edited_channel_post' : 'edited_message';
  return told(message, bot.queue.push({ [kind]: message } as unknown as Omit<Update, 'update_id'>));
}

export function injectReaction(bot: Bot, reaction: TelegramReaction): TelegramInjected {
  const user = toUser(reaction.from);
  const { message_id, chat, date } = findMessage(
    bot,
    reaction.chat ?? user.id,
    reaction.message_id,
    'message to react',
  );
  const emoji = reaction.emoji === undefined ? [] : [{ type: 'emoji', emoji: reaction.emoji }];
  const change = { chat, message_id, user, date, old_reaction: [], new_reaction: emoji };
  const update = { message_reaction: change } as unknown as Omit<Update, 'update_id'>;
  return { update_id: bot.queue.push(update), message_id, chat_id: chat.id };
}

/** The chat takes nothing of the bot from here on, which the bot is told. */
export function block(bot: Bot, chatId: number): void {
  const chat = findChat(bot, chatId);
  const isPrivate = chat.type === 'private';
  const why = isPrivate ? 'bot was blocked by the user' : `bot was kicked from the ${chat.type} chat`;
  bot.blocked.set(chat.id, `Forbidden: ${why}`);
  const from = toUser(isPrivate ? chat.id : 1);
  const date = Math.floor(Date.now() / 1000);
  const was = { status: 'member', user: bot.user };
  const now = { status: 'kicked', user: bot.user, until_date: 0 };
  const change = { chat, from, date, old_chat_member: was, new_chat_member: now };
  bot.queue.push({ my_chat_member: change } as unknown as Omit<Update, 'update_id'>);
}

function whereAndWho(bot: Bot, injection: TelegramInjection): { chat: Chat; user: User | undefined } {
  const { from, chat, type } = injection;
  const user = from === undefined ? undefined : toUser(from);
  const known = typeof chat === 'object' ? chat : { id: chat ?? user?.id ?? 0 };
  if (known.id === 0) throw new Error('say who writes (from) or where (chat)');
  // What a test has told of a chat before stays true when it only names it.
  const before = typeof chat === 'object' || type ? undefined : bot.chats.get(known.id);
  const described = before ? { ...(before as { id: number }) } : { ...(type ? { type } : {}), ...known };
  return { chat: addChat(bot, described, user), user };
}

function newMessage(
  bot: Bot,
  injection: TelegramInjection,
  { chat, user, content }: { chat: Chat; user: User | undefined; content: object },
): Message {
  bot.lastMessageId += 1;
  const replied = bot.messages.get(`${chat.id}/${injection.reply_to_message_id ?? 0}`);
  const { reply_to_message: _nested, ...shallow } = replied ?? ({} as Partial<Message>);
  const thread = injection.message_thread_id ?? threadOf(replied);
  const topic = `${chat.id}/${thread}`;
  const isForum = 'is_forum' in chat && chat.is_forum === true;
  if (isForum && injection.message_thread_id !== undefined) bot.topics.add(topic);
  const isTopic = bot.topics.has(topic);
  return {
    message_id: bot.lastMessageId,
    // A channel writes in its own name.
    ...(chat.type === 'channel' || !user ? { sender_chat: chat } : { from: user }),
    chat,
    date: Math.floor(Date.now() / 1000),
    ...(thread ? { message_thread_id: thread } : {}),
    ...(isTopic ? { is_topic_message: true } : {}),
    ...(replied ? { reply_to_message: shallow } : {}),
    ...content,
  } as unknown as Message;
}

/** In a supergroup every answer belongs to a thread: https://github.com/tdlib/telegram-bot-api/issues/447 */
function threadOf(replied: Message | undefined): number | undefined {
  if (replied?.chat.type !== 'supergroup') return undefined;
  return replied.message_thread_id ?? replied.message_id;
}

function carried(bot: Bot, file: TelegramFileInput): object {
  const { kind = 'document', name = `${kind}.bin`, data = '', type, size } = file;
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data);
  const more = { ...(type ? { type } : {}), ...(size === undefined ? {} : { size }) };
  const stored = storeFile(bot, { kind, name, data: bytes, ...more });
  if (kind !== 'photo') return fileContent(kind, stored);
  // Telegram makes smaller ones of it and lists them first.
  const small = storeFile(bot, { kind, name, data: bytes.subarray(0, 1) });
  return {
    photo: [
      { ...describe(small), width: 90, height: 90 },
      { ...describe(stored), width: 800, height: 800 },
    ],
  };
}

function textContent(field: 'text' | 'caption', text: string, marks: readonly unknown[]): object {
  const entities = field === 'text' ? 'entities' : 'caption_entities';
  return { [field]: text, ...(marks.length > 0 ? { [entities]: marks } : {}) };
}

function told(message: Message, update_id: number): TelegramInjected {
  return { update_id, message_id: message.message_id, chat_id: message.chat.id };
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
