import type { DiscordChannel } from '../testing/discord.ts';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly bot: boolean;
}

export interface Channel extends DiscordChannel {
  /** The other one in a direct chat. */
  readonly user?: User;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** What Discord tells; `data` may be shorter. */
  readonly size: number;
  readonly data: Buffer;
}

/** A message as the fake keeps it; each reader gets its own view of it. */
export interface Message {
  readonly id: string;
  readonly channel: Channel;
  readonly author: User;
  readonly attachments: readonly Attachment[];
  /** Users that it mentions. */
  readonly mentions: readonly User[];
  readonly replyTo?: Message;
  readonly nonce?: string | number;
  content: string;
  edited: string | null;
}

/** https://docs.discord.com/developers/resources/message#message-object-message-types */
const DEFAULT = 0;
const REPLY = 19;
export const DISCORD_EPOCH = 1_420_070_400_000;

/** `base`: the address at which the reader reaches this server, since attachments are fetched from it. */
export function messageOf(message: Message, base: string): Record<string, unknown> {
  const { id, channel, author, content, edited, attachments, mentions, replyTo, nonce } = message;
  return {
    id,
    channel_id: channel.id,
    channel_type: channel.type,
    type: replyTo ? REPLY : DEFAULT,
    author: userOf(author),
    content,
    timestamp: new Date(sentAt(id)).toISOString(),
    edited_timestamp: edited,
    tts: false,
    mention_everyone: false,
    mentions: mentions.map(userOf),
    mention_roles: [],
    attachments: attachments.map((one) => attachmentOf(one, channel, base)),
    embeds: [],
    pinned: false,
    flags: 0,
    ...(nonce === undefined ? {} : { nonce }),
    ...(replyTo ? replyOf(replyTo, base) : {}),
    ...(channel.guild
      ? { guild_id: channel.guild, member: { roles: [], joined_at: new Date(0).toISOString() } }
      : {}),
  };
}

/** Milliseconds since 1970, which every id begins with. */
export function sentAt(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH;
}

export function userOf({ id, username, bot }: User): Record<string, unknown> {
  return { id, username, discriminator: '0', global_name: username, avatar: null, bot, flags: 0 };
}

export function person(id: string, username = `user_${id.slice(-4)}`): User {
  return { id, username, bot: false };
}

export function channelOf(channel: Channel): Record<string, unknown> {
  const { id, type, guild, user, parent, name = 'general' } = channel;
  if (type === 1) return { id, type, recipients: user ? [userOf(user)] : [] };
  if (type === 0) return { id, type, guild_id: guild, name, permission_overwrites: [], position: 0 };
  const metadata = { archived: false, auto_archive_duration: 1440, locked: false };
  return { id, type, guild_id: guild, parent_id: parent, name, thread_metadata: metadata, member_count: 2 };
}

function attachmentOf({ id, name, type, size }: Attachment, channel: Channel, base: string): unknown {
  const url = `${base}/attachments/${channel.id}/${id}/${encodeURIComponent(name)}`;
  const sides = type.startsWith('image/') ? { width: 100, height: 100 } : {};
  return { id, filename: name, content_type: type, size, url, proxy_url: url, ...sides };
}

function replyOf(replied: Message, base: string): Record<string, unknown> {
  const { replyTo: _nested, ...shallow } = replied;
  const { id, channel } = replied;
  const guild = channel.guild ? { guild_id: channel.guild } : {};
  const reference = { type: 0, message_id: id, channel_id: channel.id, ...guild };
  return { message_reference: reference, referenced_message: messageOf(shallow, base) };
}
