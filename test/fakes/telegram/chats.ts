import type { Chat, ChatFullInfo, ChatMember, User } from 'grammy/types';
import type { TelegramChatInput, TelegramUserInput } from '../testing/telegram.ts';
import { int, text } from './params.ts';
import { type Bot, badRequest } from './types.ts';

export function addChat(bot: Bot, input: TelegramChatInput, user?: User): Chat {
  const chat = toChat(input, user);
  bot.chats.set(chat.id, chat);
  const members = bot.members.get(chat.id) ?? new Map<number, User>();
  members.set(bot.user.id, bot.user);
  if (user) members.set(user.id, user);
  bot.members.set(chat.id, members);
  return chat;
}

export function toUser(input: TelegramUserInput | number): User {
  const user = typeof input === 'number' ? { id: input } : input;
  return { is_bot: false, first_name: `User ${user.id}`, ...user };
}

/** A chat the bot has met, by its id or @name. */
export function findChat(bot: Bot, id: unknown): Chat {
  const name = text(id);
  if (name === '') throw badRequest('chat_id is empty');
  const found = name.startsWith('@')
    ? [...bot.chats.values()].find((chat) => chat.username === name.slice(1))
    : bot.chats.get(int(id));
  if (!found) throw badRequest('chat not found');
  return found;
}

export function fullInfo(chat: Chat): ChatFullInfo {
  return {
    ...chat,
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: true,
      limited_gifts: true,
      unique_gifts: true,
      premium_subscription: true,
      gifts_from_channels: true,
    },
    ...(chat.type === 'private' ? {} : { permissions: { can_send_messages: true } }),
  } as ChatFullInfo;
}

export function findMember(bot: Bot, chat: Chat, userId: number): ChatMember {
  const user = bot.members.get(chat.id)?.get(userId);
  if (!user) throw badRequest('user not found');
  return { status: 'member', user };
}

function toChat(input: TelegramChatInput, user: User | undefined): Chat {
  const type = input.type ?? (input.id < 0 ? 'group' : 'private');
  const username = input.username ?? (type === 'private' ? user?.username : undefined);
  const named = username === undefined ? {} : { username };
  if (type === 'private')
    return { id: input.id, type, first_name: user?.first_name ?? `User ${input.id}`, ...named };
  const title = input.title ?? `Chat ${input.id}`;
  if (type === 'group') return { id: input.id, type, title };
  if (type === 'channel') return { id: input.id, type, title, ...named };
  return { id: input.id, type, title, ...named, ...(input.is_forum ? { is_forum: true as const } : {}) };
}
