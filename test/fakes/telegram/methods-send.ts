import type { ApiMethods, Message, MessageId } from 'grammy/types';
import { findChat } from './chats.ts';
import { fileContent, fileOf, toPhoto } from './files.ts';
import { findMessage, formatCaption, formatText, richContent, send } from './messages.ts';
import type { MethodTable } from './methods.ts';
import { flag, int, list, record, text } from './params.ts';
import { badRequest, type Context } from './types.ts';

type Sending = Extract<keyof ApiMethods, `send${string}` | `forward${string}` | `copy${string}`>;
type Agreed =
  | 'sendChatAction'
  | 'sendMessageDraft'
  | 'sendRichMessageDraft'
  | 'sendGift'
  | 'sendChatJoinRequestWebApp';

/** Everything that puts a message of the bot into a chat. */
export const SENDING: Pick<MethodTable, Exclude<Sending, Agreed>> = {
  sendMessage: (context) => send(context, formatText(context)),
  sendRichMessage: (context) => send(context, richContent(context)),
  sendPhoto: (context) => sendFile(context, 'photo'),
  sendLivePhoto: (context) => sendFile(context, 'live_photo'),
  sendAudio: (context) => sendFile(context, 'audio'),
  sendDocument: (context) => sendFile(context, 'document'),
  sendVideo: (context) => sendFile(context, 'video'),
  sendAnimation: (context) => sendFile(context, 'animation'),
  sendVoice: (context) => sendFile(context, 'voice'),
  sendVideoNote: (context) => sendFile(context, 'video_note'),
  sendSticker: (context) => sendFile(context, 'sticker'),
  sendMediaGroup: (context) => {
    const media = list(context.params.media);
    if (!media || media.length === 0) throw badRequest('there are no messages to send');
    const group = `${Date.now()}`;
    return media.map((item) => {
      const params = record(item);
      const one = { ...context, params: { ...params, ...context.params } };
      const kind = text(params.type);
      const content = fileContent(kind, fileOf(one, kind, params.media));
      return send(one, { media_group_id: group, ...content, ...formatCaption(one) });
    });
  },
  sendPaidMedia: (context) => {
    const media = (list(context.params.media) ?? []).map((item) => {
      const file = fileOf(context, 'photo', record(item).media);
      return { type: 'photo', photo: toPhoto(file) };
    });
    const stars = int(context.params.star_count);
    return send(context, { paid_media: { star_count: stars, paid_media: media }, ...formatCaption(context) });
  },
  sendLocation: (context) => send(context, { location: place(context) }),
  sendVenue: (context) => {
    const { title, address } = context.params;
    return send(context, { venue: { location: place(context), title: text(title), address: text(address) } });
  },
  sendContact: (context) => {
    const { phone_number, first_name } = context.params;
    return send(context, { contact: { phone_number: text(phone_number), first_name: text(first_name) } });
  },
  sendPoll: (context) => send(context, { poll: poll(context) }),
  sendChecklist: (context) => send(context, { checklist: record(context.params.checklist) }),
  sendDice: (context) => send(context, { dice: { emoji: text(context.params.emoji) || '🎲', value: 1 } }),
  sendInvoice: (context) => {
    const { title, description, currency } = context.params;
    const invoice = { title, description, currency, start_parameter: '', total_amount: 1 };
    return send(context, { invoice });
  },
  sendGame: (context) => {
    const title = text(context.params.game_short_name);
    return send(context, { game: { title, description: title, photo: [] } });
  },
  forwardMessage: (context) => send(context, copyable(context, context.params.message_id)),
  forwardMessages: (context) => copyAll(context),
  copyMessage: (context) => idOf(send(context, copyable(context, context.params.message_id))),
  copyMessages: (context) => copyAll(context),
};

function sendFile<M extends Message>(context: Context, kind: string): M {
  return send<M>(context, { ...fileContent(kind, fileOf(context, kind)), ...formatCaption(context) });
}

function copyable({ bot, params }: Context, id: unknown): object {
  const what = findMessage(bot, params.from_chat_id, id, 'message to copy');
  const { message_id, chat, from, date, edit_date, reply_to_message, ...content } = what as Message & object;
  return content;
}

function copyAll(context: Context): MessageId[] {
  findChat(context.bot, context.params.chat_id);
  const ids = list(context.params.message_ids) ?? [];
  return ids.map((id) => idOf(send(context, copyable(context, id))));
}

function idOf(message: Message): MessageId {
  return { message_id: message.message_id };
}

function place({ params }: Context): { latitude: number; longitude: number } {
  return { latitude: Number(params.latitude ?? 0), longitude: Number(params.longitude ?? 0) };
}

function poll({ bot, params }: Context): object {
  const options = (list(params.options) ?? []).map((option, index) => {
    const label = typeof option === 'string' ? option : text(record(option).text);
    return { persistent_id: `${index}`, text: label, voter_count: 0 };
  });
  return {
    id: `poll${bot.lastMessageId}`,
    question: text(params.question),
    options,
    total_voter_count: 0,
    is_closed: false,
    is_anonymous: params.is_anonymous === undefined || flag(params.is_anonymous),
    type: text(params.type) || 'regular',
    allows_multiple_answers: flag(params.allows_multiple_answers),
    allows_revoting: false,
    members_only: false,
  };
}
