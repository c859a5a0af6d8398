import type { Incoming, IncomingFile } from '../adapter.ts';
import { type Names, toPlain } from './text.ts';

/** As much of https://docs.slack.dev/reference/events/message as is read here. */
export interface MessageEvent {
  readonly type: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly ts: string;
  readonly channel: string;
  /** Not in `app_mention`, which comes from channels only. */
  readonly channel_type?: string;
  readonly thread_ts?: string;
  /** Who wrote the message that the thread began with. */
  readonly parent_user_id?: string;
  readonly files?: readonly SlackFile[];
}

interface SlackFile {
  readonly name?: string;
  readonly mimetype?: string;
  readonly size?: number;
  readonly mode?: string;
  readonly url_private?: string;
  readonly url_private_download?: string;
}

/** All others are no message of a person, or tell of one that was there before. */
const subtypes = new Set([undefined, 'file_share', 'thread_broadcast']);

/**
 * One message of a person. Undefined for all else, and for a mention and nothing else.
 *
 * In channels the answer goes to the thread of the message, or begins one: a thread is a conversation there. Direct messages
 * are one flat conversation, beside which each thread that a person begins is another one.
 */
export function toIncoming(event: MessageEvent, bot: string, names: Names): Incoming | undefined {
  const { type, subtype, user, ts, channel, thread_ts: thread } = event;
  if (type !== 'message' && type !== 'app_mention') return undefined;
  if (!subtypes.has(subtype) || user === undefined || user === bot || event.bot_id !== undefined)
    return undefined;
  const written = event.text ?? '';
  const text = toPlain(written, bot, names);
  const files = (event.files ?? []).flatMap(toFile);
  if (text === '' && files.length === 0) return undefined;
  const direct = event.channel_type === 'im';
  const place = direct ? thread : (thread ?? ts);
  return {
    // A mention comes as two events of the same message.
    id: `${channel}:${ts}`,
    to: { chat: channel, ...(place === undefined ? {} : { thread: place }), message: ts },
    sender: { id: user, name: names.get(user) ?? user },
    direct,
    mentioned:
      !direct && (type === 'app_mention' || written.includes(`<@${bot}`) || event.parent_user_id === bot),
    text,
    files,
  };
}

/** Files of elsewhere, and those that were deleted or are hidden, cannot be fetched. */
function toFile({ mode, name, mimetype, size, ...urls }: SlackFile): IncomingFile[] {
  const ref = urls.url_private_download ?? urls.url_private;
  if (ref === undefined || mode === 'external' || mode === 'tombstone' || mode === 'hidden_by_limit')
    return [];
  return [
    {
      ref,
      name: name ?? 'file',
      ...(mimetype === undefined ? {} : { mediaType: mimetype }),
      ...(size === undefined ? {} : { size }),
    },
  ];
}
