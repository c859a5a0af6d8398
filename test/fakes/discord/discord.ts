import { Failures } from '../platform/failures.ts';
import { PostedLog } from '../platform/posted.ts';
import type { Session } from './gateway.ts';

/** https://discord.com/developers/docs/resources/application#application-object-application-flags */
const GATEWAY_MESSAGE_CONTENT_LIMITED = 1 << 19;
const DISCORD_EPOCH = 1_420_070_400_000;

export interface User {
  readonly id: string;
  readonly username: string;
  readonly bot: boolean;
}

export interface BotInput {
  readonly token: string;
  readonly username?: string;
  /** The Message Content intent is switched on in the Developer Portal. Default false, as at Discord. */
  readonly messageContent?: boolean;
  /** Servers it was invited to. */
  readonly guilds?: readonly string[];
  /** Logins that are left today. */
  readonly loginsLeft?: number;
}

export interface Bot {
  readonly token: string;
  readonly user: User;
  readonly flags: number;
  readonly guilds: readonly string[];
  loginsLeft: number;
}

export interface Channel {
  readonly id: string;
  /** https://discord.com/developers/docs/resources/channel#channel-object-channel-types */
  readonly type: 0 | 1;
  readonly guild?: string;
  /** The other one in a direct chat. */
  readonly user?: User;
}

export interface Injection {
  /** Id of a person. */
  readonly from: string;
  readonly text: string;
  /** A channel of a server; without it the direct chat with `from`. */
  readonly channel?: string;
  readonly guild?: string;
  /** The bot is mentioned: Discord lists it and gives the text even without the intent. */
  readonly mention?: boolean;
}

/** All that the fake knows; the server asks it, tests steer it. */
export class Discord {
  readonly bots = new Map<string, Bot>();
  readonly channels = new Map<string, Channel>();
  readonly posted = new PostedLog();
  readonly failures = new Failures();
  readonly sessions = new Set<Session>();
  /** `METHOD /path` of every REST call, ids as they are. */
  calls: string[] = [];
  private count = 0;

  addBot({ token, username = 'fake_bot', messageContent = false, guilds = [], ...more }: BotInput): Bot {
    const user = { id: idIn(token) ?? this.snowflake(), username, bot: true };
    const flags = messageContent ? GATEWAY_MESSAGE_CONTENT_LIMITED : 0;
    const bot = { token, user, flags, guilds, loginsLeft: more.loginsLeft ?? 1000 };
    this.bots.set(token, bot);
    return bot;
  }

  /** The token was reset: what uses it is thrown out. */
  removeBot(token: string): void {
    this.bots.delete(token);
    for (const session of this.sessions) if (session.bot.token === token) session.close(4004);
  }

  /** Every connection breaks; the logins stay, to be resumed. */
  cut(): void {
    for (const session of this.sessions) session.cut();
  }

  direct(userId: string): Channel {
    const known = [...this.channels.values()].find(({ type, user }) => type === 1 && user?.id === userId);
    if (known) return known;
    return this.keep({ id: this.snowflake(), type: 1, user: person(userId) });
  }

  keep(channel: Channel): Channel {
    this.channels.set(channel.id, channel);
    return channel;
  }

  /** A message of a person, to every bot that sees it; its id. */
  inject(injection: Injection): { id: string; channel: string } {
    const { from, text, guild } = injection;
    const channel = guild
      ? this.keep({ id: injection.channel ?? this.snowflake(), type: 0, guild })
      : this.direct(from);
    const id = this.snowflake();
    for (const session of this.sessions) {
      const { bot } = session;
      if (guild && !bot.guilds.includes(guild)) continue;
      const mentioned = injection.mention === true;
      const content = mentioned ? `<@${bot.user.id}> ${text}` : text;
      session.message({
        ...messageOf({ id, channel, author: person(from), content }),
        mentions: mentioned ? [bot.user] : [],
        ...(guild ? { guild_id: guild, member: { roles: [], joined_at: new Date(0).toISOString() } } : {}),
      });
    }
    return { id, channel: channel.id };
  }

  /** Time first, as clients read it out of an id. */
  snowflake(): string {
    this.count += 1;
    return String((BigInt(Date.now() - DISCORD_EPOCH) << 22n) + BigInt(this.count));
  }

  /** Forgets everything, the bots too. */
  reset(): void {
    for (const token of [...this.bots.keys()]) this.removeBot(token);
    this.channels.clear();
    this.failures.clear();
    this.posted.clear();
    this.calls = [];
  }
}

/** The first part of a token is the bot's id, and clients read it there. */
function idIn(token: string): string | undefined {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString();
  return /^\d{17,20}$/.test(id) ? id : undefined;
}

export function person(id: string): User {
  return { id, username: `user_${id.slice(-4)}`, bot: false };
}

export interface MessageParts {
  readonly id: string;
  readonly channel: Channel;
  readonly author: User;
  readonly content: string;
}

export function messageOf({ id, channel, author, content }: MessageParts): Record<string, unknown> {
  return {
    id,
    channel_id: channel.id,
    channel_type: channel.type,
    type: 0,
    author: userOf(author),
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    flags: 0,
  };
}

export function userOf({ id, username, bot }: User): Record<string, unknown> {
  return { id, username, discriminator: '0', global_name: username, avatar: null, bot, flags: 0 };
}
