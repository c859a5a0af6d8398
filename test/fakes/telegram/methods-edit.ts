import type { Message } from 'grammy/types';
import { fileContent, fileOf } from './files.ts';
import { findMessage, forget, formatCaption, formatText, keep, markup, richContent } from './messages.ts';
import type { MethodTable } from './methods.ts';
import { int, list, record, text } from './params.ts';
import { badRequest, type Context } from './types.ts';

type Editing =
  | 'editMessageText'
  | 'editMessageCaption'
  | 'editMessageMedia'
  | 'editMessageReplyMarkup'
  | 'editMessageChecklist'
  | 'editMessageLiveLocation'
  | 'stopMessageLiveLocation'
  | 'stopPoll'
  | 'deleteMessage'
  | 'deleteMessages'
  | 'setMessageReaction'
  | 'setGameScore'
  | 'getGameHighScores';

/** Everything that changes a message that is there. */
export const EDITING: Pick<MethodTable, Editing> = {
  editMessageText: (context) => {
    const content = context.params.rich_message === undefined ? formatText(context) : richContent(context);
    return edit(context, content, ['text', 'entities', 'rich_message']);
  },
  editMessageCaption: (context) => edit(context, formatCaption(context), ['caption', 'caption_entities']),
  editMessageMedia: (context) => {
    const media = record(context.params.media);
    const kind = text(media.type);
    const one = { ...context, params: { ...media, ...context.params } };
    return edit(
      context,
      { ...fileContent(kind, fileOf(context, kind, media.media)), ...formatCaption(one) },
      [],
    );
  },
  editMessageReplyMarkup: (context) => edit(context, {}, []),
  editMessageChecklist: (context) => {
    const checklist = record(context.params.checklist);
    return change(context, { ...target(context, 'message to edit'), checklist } as unknown as Message);
  },
  editMessageLiveLocation: (context) => {
    const { latitude, longitude } = context.params;
    return edit(context, { location: { latitude: Number(latitude), longitude: Number(longitude) } }, []);
  },
  stopMessageLiveLocation: (context) => change(context, target(context, 'message to edit')),
  setGameScore: (context) => change(context, target(context, 'message to edit')),
  getGameHighScores: (context) => {
    target(context, 'message');
    return [];
  },
  stopPoll: (context) => {
    const message = target(context, 'message with poll to stop');
    if (!message.poll) throw badRequest('message with poll to stop not found');
    const poll = { ...message.poll, is_closed: true };
    change(context, { ...message, poll });
    return poll;
  },
  deleteMessage: (context) => {
    remove(context, target(context, 'message to delete'));
    return true;
  },
  deleteMessages: (context) => {
    const { bot, params } = context;
    for (const id of list(params.message_ids) ?? []) {
      const message = bot.messages.get(`${int(params.chat_id)}/${int(id)}`);
      if (message) remove(context, message);
    }
    return true;
  },
  setMessageReaction: (context) => {
    target(context, 'message to react');
    return true;
  },
};

function target({ bot, params }: Context, what: string): Message {
  return findMessage(bot, params.chat_id, params.message_id, what);
}

function edit<M extends Message>(context: Context, content: object, replaced: string[]): M | true {
  const { bot, params } = context;
  if (params.inline_message_id !== undefined && params.chat_id === undefined) return true;
  const old = target(context, 'message to edit');
  if (old.from?.id !== bot.user.id) throw badRequest("message can't be edited");
  const dropped = new Set([...replaced, 'reply_markup']);
  const kept = Object.fromEntries(Object.entries(old).filter(([name]) => !dropped.has(name)));
  const next = { ...kept, ...content, ...markup(params.reply_markup) } as unknown as M;
  if (same(next, old)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a ' +
        'current content and reply markup of the message',
    );
  }
  return change(context, next);
}

function change<M extends Message>(context: Context, message: Message): M {
  const changed = { ...message, edit_date: Math.floor(Date.now() / 1000) } as M;
  keep(context.bot, changed);
  context.sent.change(context, changed);
  return changed;
}

function same(next: object, old: object): boolean {
  const bare = (message: object): string => {
    const { edit_date: _when, ...rest } = message as { edit_date?: number };
    return JSON.stringify(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b)));
  };
  return bare(next) === bare(old);
}

function remove(context: Context, message: Message): void {
  forget(context.bot, message);
  context.sent.change(context, message, true);
}
