import type { ApiMethods, ChatInviteLink, Story } from 'grammy/types';
import { findChat, findMember, fullInfo } from './chats.ts';
import { fileOf, storeFile, toFile } from './files.ts';
import type { MethodTable } from './methods.ts';
import { int, text } from './params.ts';
import { badRequest, type Context } from './types.ts';

type LinkMethod = Extract<keyof ApiMethods, `${string}InviteLink`>;
type Asking =
  | LinkMethod
  | 'getFile'
  | 'uploadStickerFile'
  | 'getChat'
  | 'getChatMember'
  | 'getChatMemberCount'
  | 'getChatMembersCount';
type Made = 'createForumTopic' | 'postStory' | 'repostStory' | 'editStory';

/** What a bot asks about chats and files, and what it makes in them. */
export const CHATS: Pick<MethodTable, Asking | Made | 'getChatAdministrators' | 'getBusinessConnection'> = {
  getFile: ({ bot, params }) => {
    const file = bot.files.get(text(params.file_id));
    if (!file) throw badRequest('invalid file_id');
    return toFile(file);
  },
  uploadStickerFile: (context) => toFile(fileOf(context, 'sticker')),
  getChat: ({ bot, params }) => fullInfo(findChat(bot, params.chat_id)),
  getChatMember: ({ bot, params }) => findMember(bot, findChat(bot, params.chat_id), int(params.user_id)),
  getChatMemberCount: (context) => members(context),
  getChatMembersCount: (context) => members(context),
  getChatAdministrators: ({ bot, params }) => {
    const chat = findChat(bot, params.chat_id);
    if (chat.type === 'private') throw badRequest('there are no administrators in the private chat');
    return [...(bot.members.get(chat.id)?.values() ?? [])]
      .filter((user) => !user.is_bot)
      .slice(0, 1)
      .map((user) => ({ status: 'creator', user, is_anonymous: false }));
  },
  exportChatInviteLink: (context) => link(context).invite_link,
  createChatInviteLink: (context) => link(context),
  editChatInviteLink: (context) => link(context),
  createChatSubscriptionInviteLink: (context) => link(context),
  editChatSubscriptionInviteLink: (context) => link(context),
  revokeChatInviteLink: (context) => ({ ...link(context), is_revoked: true }),
  createForumTopic: ({ bot, params }) => {
    bot.lastMessageId += 1;
    bot.topics.add(`${int(params.chat_id)}/${bot.lastMessageId}`);
    const color = int(params.icon_color, 0x6f_b9_f0);
    return { message_thread_id: bot.lastMessageId, name: text(params.name), icon_color: color as 0x6fb9f0 };
  },
  postStory: (context) => story(context),
  repostStory: (context) => story(context),
  editStory: (context) => story(context),
  getBusinessConnection: ({ bot, params }) => ({
    id: text(params.business_connection_id),
    user: bot.user,
    user_chat_id: bot.user.id,
    date: Math.floor(Date.now() / 1000),
    is_enabled: true,
  }),
};

function members({ bot, params }: Context): number {
  return bot.members.get(findChat(bot, params.chat_id).id)?.size ?? 1;
}

function link({ bot, params }: Context): ChatInviteLink {
  const chat = findChat(bot, params.chat_id);
  return {
    invite_link: text(params.invite_link) || `https://t.me/+fake${Math.abs(chat.id)}`,
    creator: bot.user,
    creates_join_request: false,
    is_primary: false,
    is_revoked: false,
  };
}

function story({ bot, params }: Context): Story {
  const id =
    int(params.story_id) ||
    storeFile(bot, { kind: 'story', name: 'story', data: Buffer.alloc(0) }).file_path.length;
  return { chat: { id: bot.user.id, type: 'private', first_name: bot.user.first_name }, id };
}
