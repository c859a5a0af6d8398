import { findChat } from './chats.ts';
import type { MethodTable } from './methods.ts';
import { text } from './params.ts';

type Rest =
  | 'getUserProfilePhotos'
  | 'getUserProfileAudios'
  | 'getUserPersonalChatMessages'
  | 'getUserChatBoosts'
  | 'getUserGifts'
  | 'getChatGifts'
  | 'getBusinessAccountGifts'
  | 'getBusinessAccountStarBalance'
  | 'getMyStarBalance'
  | 'getStarTransactions'
  | 'getAvailableGifts'
  | 'getForumTopicIconStickers'
  | 'getCustomEmojiStickers'
  | 'getStickerSet'
  | 'getChatMenuButton'
  | 'getManagedBotToken'
  | 'replaceManagedBotToken'
  | 'getManagedBotAccessSettings'
  | 'createInvoiceLink'
  | 'answerGuestQuery'
  | 'answerWebAppQuery'
  | 'savePreparedInlineMessage'
  | 'savePreparedKeyboardButton';

/** Parts of the Bot API no runtime of ours uses: well-formed answers of an account that has none of it. */
export const REST: Pick<MethodTable, Rest> = {
  getUserProfilePhotos: () => ({ total_count: 0, photos: [] }),
  getUserProfileAudios: () => ({ total_count: 0, audios: [] }),
  getUserPersonalChatMessages: () => [],
  getUserChatBoosts: ({ bot, params }) => {
    findChat(bot, params.chat_id);
    return { boosts: [] };
  },
  getUserGifts: () => ({ total_count: 0, gifts: [] }),
  getChatGifts: () => ({ total_count: 0, gifts: [] }),
  getBusinessAccountGifts: () => ({ total_count: 0, gifts: [] }),
  getBusinessAccountStarBalance: () => ({ amount: 0 }),
  getMyStarBalance: () => ({ amount: 0 }),
  getStarTransactions: () => ({ transactions: [] }),
  getAvailableGifts: () => ({ gifts: [] }),
  getForumTopicIconStickers: () => [],
  getCustomEmojiStickers: () => [],
  getStickerSet: ({ params }) => ({
    name: text(params.name),
    title: text(params.name),
    sticker_type: 'regular',
    stickers: [],
  }),
  getChatMenuButton: () => ({ type: 'commands' }),
  getManagedBotToken: ({ params }) => `${text(params.user_id)}:managed`,
  replaceManagedBotToken: ({ params }) => `${text(params.user_id)}:replaced`,
  getManagedBotAccessSettings: () => ({ is_access_restricted: false }),
  createInvoiceLink: () => 'https://t.me/$fake',
  answerGuestQuery: () => ({ inline_message_id: 'inline-1' }),
  answerWebAppQuery: () => ({ inline_message_id: 'inline-1' }),
  savePreparedInlineMessage: () => ({
    id: 'prepared-1',
    expiration_date: Math.floor(Date.now() / 1000) + 3600,
  }),
  savePreparedKeyboardButton: () => ({ id: 'prepared-1' }),
};
