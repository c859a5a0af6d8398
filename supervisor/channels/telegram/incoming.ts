import type { Message } from 'grammy/types';
import type { Incoming, Sender } from '../adapter.ts';
import { toQuote } from '../quote.ts';
import { filesOf, inWords } from './media.ts';
import { type Me, readAddressed } from './mentions.ts';

/**
 * One message of a person, or the messages of one album. Undefined for what no person wrote to this bot: bots, channels
 * and anonymous admins, notes of the service, commands for another bot, a mention and nothing else.
 */
export function toIncoming(messages: readonly [Message, ...Message[]], me: Me): Incoming | undefined {
  const [first] = messages;
  const { chat, from } = first;
  // `sender_chat`: it speaks for a channel or a group, and `from` is a stand-in.
  if (!from || from.is_bot || first.sender_chat) return undefined;
  const parts = messages.map((message) => readPart(message, me));
  if (parts.some(({ elsewhere }) => elsewhere)) return undefined;
  const written = joined(parts.map(({ text }) => text));
  const answered = answeredBy(first, me);
  const own = messages.flatMap(filesOf);
  // "@bot, what is this?" under somebody's photo is about that photo.
  const files = own.length > 0 || answered?.mine ? own : (answered?.files ?? []);
  const quote = written.startsWith('/') ? '' : (answered?.quote ?? '');
  const text = joined([quote, written]);
  if (text === '' && files.length === 0) return undefined;
  const thread = topicOf(first);
  return {
    id: `${chat.id}:${first.message_id}`,
    to: {
      chat: String(chat.id),
      ...(thread === undefined ? {} : { thread }),
      message: String(first.message_id),
    },
    sender: { id: String(from.id), name: nameOf(from) },
    direct: chat.type === 'private',
    mentioned: parts.some(({ mentioned }) => mentioned) || answered?.mine === true,
    text,
    files,
  };
}

function readPart(message: Message, me: Me): ReturnType<typeof readAddressed> {
  const read = readAddressed(
    message.text ?? message.caption ?? '',
    message.entities ?? message.caption_entities,
    me,
  );
  return { ...read, text: joined([read.text, inWords(message) ?? '']) };
}

/** The message that it answers, as the person sees it above the own one. */
function answeredBy(
  message: Message,
  me: Me,
):
  | { readonly mine: boolean; readonly quote: string; readonly files: ReturnType<typeof filesOf> }
  | undefined {
  const answered = message.reply_to_message;
  // Everything in a topic answers the note that the topic was made, maybe by this very bot.
  if (!answered || answered.forum_topic_created) {
    return message.quote && { mine: false, quote: toQuote(message.quote.text), files: [] };
  }
  const text = message.quote?.text ?? answered.text ?? answered.caption ?? inWords(answered) ?? '';
  return { mine: answered.from?.id === me.id, quote: toQuote(text), files: filesOf(answered) };
}

/** A thread of answers is no topic, also in a forum's General: nothing can be written to it. */
function topicOf({ is_topic_message, message_thread_id }: Message): string | undefined {
  return is_topic_message && message_thread_id !== undefined ? String(message_thread_id) : undefined;
}

function nameOf({ first_name, last_name, username }: NonNullable<Message['from']>): Sender['name'] {
  return [first_name, last_name].filter(Boolean).join(' ').trim() || username || '';
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
