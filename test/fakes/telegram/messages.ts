import type { Chat, Message } from 'grammy/types';
import { findChat } from './chats.ts';
import { type Formatted, parseHtml } from './markup.ts';
import { flag, int, json, list, record, text } from './params.ts';
import { type Bot, badRequest, type Context } from './types.ts';

const LONGEST_TEXT = 4096;
const LONGEST_CAPTION = 1024;

/** Sends a message of the bot: checks the chat and what is replied to, keeps it, records it. */
export function send<M extends Message>(context: Context, content: object): M {
  const { bot, params } = context;
  const chat = findChat(bot, params.chat_id);
  const thread = int(params.message_thread_id);
  if (thread > 0 && !isTopic(bot, chat, thread)) throw badRequest('message thread not found');
  bot.lastMessageId += 1;
  const message = {
    message_id: bot.lastMessageId,
    from: { id: bot.user.id, is_bot: true, first_name: bot.user.first_name, username: bot.user.username },
    chat,
    date: Math.floor(Date.now() / 1000),
    ...(thread > 0 ? { message_thread_id: thread } : {}),
    ...repliedTo(context),
    ...(params.reply_markup === undefined ? {} : markup(params.reply_markup)),
    ...content,
  } as unknown as M;
  keep(bot, message);
  context.sent.add(context, message);
  return message;
}

/**
 * A thread of answers is no topic (https://github.com/tdlib/telegram-bot-api/issues/447), and General is written to without
 * a number. A forum of whose topics a test has not spoken has them all.
 */
function isTopic(bot: Bot, chat: Chat, thread: number): boolean {
  if (chat.type === 'private' || bot.topics.has(`${chat.id}/${thread}`)) return true;
  const isForum = 'is_forum' in chat && chat.is_forum === true;
  return isForum && thread !== 1 && ![...bot.topics].some((one) => one.startsWith(`${chat.id}/`));
}

/** A message that is there, or Telegram's "<what> not found". */
export function findMessage(bot: Bot, chatId: unknown, messageId: unknown, what: string): Message {
  const chat = findChat(bot, chatId);
  const message = bot.messages.get(key(chat.id, int(messageId)));
  if (!message) throw badRequest(`${what} not found`);
  return message;
}

export function keep(bot: Bot, message: Message): void {
  bot.messages.set(key(message.chat.id, message.message_id), message);
}

export function forget(bot: Bot, message: Message): void {
  bot.messages.delete(key(message.chat.id, message.message_id));
}

export function formatText(context: Context): { text: string; entities?: Formatted['entities'] } {
  const { text: plain, entities } = format(context, 'text', 'entities');
  if (plain.trim() === '') throw badRequest('message text is empty');
  // Telegram counts characters after the markup is resolved, not bytes and not UTF-16 units.
  if ([...plain].length > LONGEST_TEXT) throw badRequest('message is too long');
  return entities.length > 0 ? { text: plain, entities } : { text: plain };
}

export function formatCaption(context: Context): {
  caption?: string;
  caption_entities?: Formatted['entities'];
} {
  const { text: plain, entities } = format(context, 'caption', 'caption_entities');
  if ([...plain].length > LONGEST_CAPTION) throw badRequest('message caption is too long');
  if (plain === '') return {};
  return entities.length > 0 ? { caption: plain, caption_entities: entities } : { caption: plain };
}

/** Rich text is kept as one paragraph with its source. */
export function richContent({ params }: Context): { rich_message: object } {
  const rich = record(params.rich_message);
  const source = text(
    rich.markdown ?? rich.html ?? (rich.blocks === undefined ? '' : JSON.stringify(rich.blocks)),
  );
  if (source.trim() === '') throw badRequest('message text is empty');
  return { rich_message: { blocks: [{ type: 'paragraph', text: source }] } };
}

/** What a reader of the chat sees of a message. */
export function visibleText(message: Message): string {
  if (message.rich_message) {
    return message.rich_message.blocks.map((block) => ('text' in block ? text(block.text) : '')).join('\n');
  }
  return message.text ?? message.caption ?? '';
}

/** Only inline keyboards come back in a Message. */
export function markup(value: unknown): { reply_markup?: object } {
  const keyboard = record(value);
  return 'inline_keyboard' in keyboard ? { reply_markup: keyboard } : {};
}

function format(context: Context, field: string, entityField: string): Formatted {
  const { params } = context;
  const raw = text(params[field]);
  const mode = text(params.parse_mode).toLowerCase();
  if (mode === 'html') return parseHtml(raw);
  if (mode !== '' && mode !== 'markdown' && mode !== 'markdownv2') throw badRequest('unsupported parse_mode');
  return { text: raw, entities: (list(params[entityField]) ?? []) as Formatted['entities'] };
}

function repliedTo({ bot, params }: Context): { reply_to_message?: Message } {
  const reply = record(json(params.reply_parameters));
  const id = int(reply.message_id ?? params.reply_to_message_id);
  if (id === 0) return {};
  const message = bot.messages.get(key(findChat(bot, reply.chat_id ?? params.chat_id).id, id));
  if (message) {
    const { reply_to_message: _nested, ...shallow } = message;
    return { reply_to_message: shallow as Message };
  }
  if (flag(reply.allow_sending_without_reply) || flag(params.allow_sending_without_reply)) return {};
  throw badRequest('message to be replied not found');
}

function key(chatId: number, messageId: number): string {
  return `${chatId}/${messageId}`;
}
