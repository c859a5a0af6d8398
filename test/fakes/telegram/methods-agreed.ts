import type { ApiMethods } from 'grammy/types';

type Agreeable = {
  [M in keyof ApiMethods]: true extends ReturnType<ApiMethods[M]> ? M : never;
}[keyof ApiMethods];

/** Methods that only answer `true`: the call is checked (token, chat), recorded, and agreed to. */
// biome-ignore format: one name a line would be 120 lines of nothing
export const AGREED = [
  'logOut', 'close', 'sendMessageDraft', 'sendRichMessageDraft', 'sendChatAction',
  'setUserEmojiStatus', 'banChatMember', 'kickChatMember', 'unbanChatMember', 'restrictChatMember', 'promoteChatMember',
  'setChatAdministratorCustomTitle', 'setChatMemberTag', 'banChatSenderChat', 'unbanChatSenderChat',
  'setChatPermissions', 'approveChatJoinRequest', 'declineChatJoinRequest',
  'answerChatJoinRequestQuery', 'sendChatJoinRequestWebApp', 'approveSuggestedPost',
  'declineSuggestedPost', 'setChatPhoto', 'deleteChatPhoto', 'setChatTitle', 'setChatDescription',
  'pinChatMessage', 'unpinChatMessage', 'unpinAllChatMessages', 'leaveChat', 'setChatStickerSet',
  'deleteChatStickerSet', 'editForumTopic', 'closeForumTopic', 'reopenForumTopic', 'deleteForumTopic',
  'unpinAllForumTopicMessages', 'editGeneralForumTopic', 'closeGeneralForumTopic',
  'reopenGeneralForumTopic', 'hideGeneralForumTopic', 'unhideGeneralForumTopic',
  'unpinAllGeneralForumTopicMessages', 'answerCallbackQuery', 'setManagedBotAccessSettings',
  'setMyProfilePhoto', 'removeMyProfilePhoto', 'setChatMenuButton', 'setMyDefaultAdministratorRights',
  'editEphemeralMessageText', 'editEphemeralMessageMedia', 'editEphemeralMessageCaption',
  'editEphemeralMessageReplyMarkup', 'deleteEphemeralMessage', 'deleteMessageReaction',
  'deleteAllMessageReactions', 'deleteBusinessMessages', 'setBusinessAccountName',
  'setBusinessAccountUsername', 'setBusinessAccountBio', 'setBusinessAccountProfilePhoto',
  'removeBusinessAccountProfilePhoto', 'setBusinessAccountGiftSettings',
  'transferBusinessAccountStars', 'convertGiftToStars', 'upgradeGift', 'transferGift', 'deleteStory',
  'createNewStickerSet', 'addStickerToSet', 'setStickerPositionInSet', 'deleteStickerFromSet',
  'replaceStickerInSet', 'setStickerEmojiList', 'setStickerKeywords', 'setStickerMaskPosition',
  'setStickerSetTitle', 'deleteStickerSet', 'setStickerSetThumbnail',
  'setCustomEmojiStickerSetThumbnail', 'sendGift', 'giftPremiumSubscription', 'answerInlineQuery',
  'answerShippingQuery', 'answerPreCheckoutQuery', 'refundStarPayment', 'editUserStarSubscription',
  'verifyUser', 'verifyChat', 'removeUserVerification', 'removeChatVerification',
  'readBusinessMessage', 'setPassportDataErrors'
] as const satisfies readonly Agreeable[];
