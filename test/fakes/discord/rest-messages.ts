import { type Attachment, channelOf, type Message, messageOf, sentAt } from './messages.ts';
import { type Call, channel, invalidForm, Refused, unknown } from './rest-call.ts';

/** https://docs.discord.com/developers/resources/message#create-message-limitations */
const LONGEST_CONTENT = 2000;
const LONGEST_NONCE = 25;
const MOST_FILES = 10;
/** https://docs.discord.com/developers/reference#uploading-files: of a server without boosts. */
const LARGEST_UPLOAD = 10 * 1024 * 1024;
/** "The past few minutes" in which a nonce is remembered. */
const NONCE_LASTS = 5 * 60_000;

export function postMessage(call: Call): unknown {
  const { discord, bot, body, base } = call;
  const where = channel(call);
  if (where.user && discord.blocked.has(where.user.id))
    throw new Refused(403, 50_007, 'Cannot send messages to this user');
  const content = contentOf(call);
  const nonce = nonceOf(call);
  const before = body['enforce_nonce'] === true ? sentWith(call, nonce) : undefined;
  if (before) return messageOf(before, base);
  const attachments = attachmentsOf(call);
  if (content === '' && attachments.length === 0 && !body['embeds'] && !body['components'])
    throw new Refused(400, 50_006, 'Cannot send an empty message');
  const replied = repliedTo(call);
  const message: Message = {
    id: discord.snowflake(),
    channel: where,
    author: bot.user,
    content,
    attachments,
    mentions: replied ? [replied.author] : [],
    edited: null,
    ...(replied ? { replyTo: replied } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  };
  discord.messages.set(message.id, message);
  discord.posted.add({
    id: message.id,
    channel: where.id,
    token: bot.token,
    ...(where.user ? { user: where.user.id } : {}),
    ...(replied ? { thread: replied.id } : {}),
    files: attachments.map(({ name, type, size, data }) => ({ name, type, size, data })),
    text: content,
    deleted: false,
  });
  // Everybody in the channel hears it, the bot itself too.
  for (const session of discord.sessions) session.message(message);
  return messageOf(message, base);
}

export function getMessage(call: Call): unknown {
  return messageOf(found(call), call.base);
}

/** Newest first, without the server that they are of: https://docs.discord.com/developers/resources/message#get-channel-messages */
export function listMessages(call: Call): unknown {
  const { searchParams } = new URL(call.request.url ?? '/', 'http://fake');
  const after = BigInt(searchParams.get('after') ?? 0);
  const { id } = channel(call);
  const all = [...call.discord.messages.values()].filter(
    (one) => one.channel.id === id && BigInt(one.id) > after,
  );
  return all
    .slice(0, Number(searchParams.get('limit') ?? 50))
    .reverse()
    .map((one) => ({ ...(messageOf(one, call.base) as object), guild_id: undefined, member: undefined }));
}

export function changeMessage(call: Call): unknown {
  const message = found(call);
  if (message.author.id !== call.bot.user.id)
    throw new Refused(403, 50_005, 'Cannot edit a message authored by another user');
  const content = contentOf(call);
  Object.assign(message, { content, edited: new Date().toISOString() });
  call.discord.posted.change(call.id, call.other, { text: content });
  for (const session of call.discord.sessions) session.message(message, 'MESSAGE_UPDATE');
  return messageOf(message, call.base);
}

export function deleteMessage(call: Call): undefined {
  const { discord, id, other } = call;
  discord.messages.delete(found(call).id);
  discord.posted.change(id, other, { deleted: true });
}

/** A thread that begins at a message has that message's id. */
export function startThread(call: Call): unknown {
  const { discord, other, body } = call;
  const parent = channel(call);
  if (!parent.guild || parent.type !== 0)
    throw new Refused(400, 50_024, 'Cannot execute action on this channel type');
  const name = String(body['name'] ?? 'thread');
  const id = other === '' ? {} : { id: other };
  return channelOf(discord.addThread({ parent: parent.id, guild: parent.guild, name, ...id }));
}

function contentOf({ body }: Call): string {
  const content = String(body['content'] ?? '');
  if (content.length > LONGEST_CONTENT) {
    const most = `Must be ${LONGEST_CONTENT} or fewer in length.`;
    throw invalidForm('content', 'BASE_TYPE_MAX_LENGTH', most);
  }
  return content;
}

function nonceOf({ body }: Call): string | number | undefined {
  const nonce = body['nonce'];
  if (typeof nonce !== 'string' && typeof nonce !== 'number') return undefined;
  if (String(nonce).length > LONGEST_NONCE) {
    const most = `Must be ${LONGEST_NONCE} or fewer in length.`;
    throw invalidForm('nonce', 'BASE_TYPE_MAX_LENGTH', most);
  }
  return nonce;
}

function sentWith({ discord, bot }: Call, nonce: string | number | undefined): Message | undefined {
  if (nonce === undefined) return undefined;
  return [...discord.messages.values()].find(
    (one) =>
      one.author.id === bot.user.id && one.nonce === nonce && Date.now() - sentAt(one.id) < NONCE_LASTS,
  );
}

/** Files are parts `files[n]`; `attachments` of the message tells more of them by that number. */
function attachmentsOf({ discord, body, files }: Call): Attachment[] {
  if (files.length > MOST_FILES)
    throw invalidForm('files', 'BASE_TYPE_MAX_LENGTH', `Must be ${MOST_FILES} or fewer.`);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > LARGEST_UPLOAD) throw new Refused(413, 40_005, 'Request entity too large');
  const told = (body['attachments'] ?? []) as readonly { id: unknown; filename?: string }[];
  return files.map(({ field, name, type, data }) => {
    const number = /^files\[(\d+)\]$/.exec(field)?.[1];
    const filename = told.find(({ id }) => String(id) === number)?.filename ?? name;
    return discord.store({ name: filename, type, data });
  });
}

function repliedTo({ discord, id, body }: Call): Message | undefined {
  const reference = body['message_reference'] as
    | { message_id?: string; fail_if_not_exists?: boolean }
    | undefined;
  if (!reference?.message_id) return undefined;
  const replied = discord.messages.get(reference.message_id);
  if (replied?.channel.id === id) return replied;
  if (reference.fail_if_not_exists === false) return undefined;
  throw invalidForm('message_reference', 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
}

function found(call: Call): Message {
  const message = call.discord.messages.get(call.other);
  if (message?.channel.id !== channel(call).id) throw unknown(10_008, 'Unknown Message');
  return message;
}
