import { ConnectionMeter } from '../platform/connections.ts';
import { Failures } from '../platform/failures.ts';
import { PostedLog } from '../platform/posted.ts';
import type {
  DiscordBotInput,
  DiscordInjected,
  DiscordInjection,
  DiscordLogin,
  FakeDiscord,
} from '../testing/discord.ts';
import type { ConnectionCount, FileInput, Listening } from '../testing/platform.ts';
import {
  type Attachment,
  type Channel,
  channelOf,
  DISCORD_EPOCH,
  type Message,
  person,
  type User,
  userOf,
} from './messages.ts';
import type { Session } from './session.ts';

/** https://docs.discord.com/developers/resources/application#application-object-application-flags */
const GATEWAY_MESSAGE_CONTENT_LIMITED = 1 << 19;

export interface Bot {
  readonly token: string;
  readonly user: User;
  readonly flags: number;
  readonly guilds: readonly string[];
  readonly loginEvery: number;
  loginsLeft: number;
}

/** All that the fake knows; the server asks it, tests steer it. */
export class Discord implements Omit<FakeDiscord, keyof Listening | 'api'> {
  readonly bots = new Map<string, Bot>();
  readonly channels = new Map<string, Channel>();
  readonly messages = new Map<string, Message>();
  readonly blocked = new Set<string>();
  readonly posted = new PostedLog();
  readonly failures = new Failures();
  readonly sessions = new Set<Session>();
  readonly meter = new ConnectionMeter();
  calls: string[] = [];
  logins: DiscordLogin[] = [];
  typing: { channel: string; at: number }[] = [];
  private count = 0;

  addBot({
    token,
    username = 'fake_bot',
    messageContent = false,
    guilds = [],
    ...more
  }: DiscordBotInput): Bot {
    const user = { id: idIn(token) ?? this.snowflake(), username, bot: true };
    const flags = messageContent ? GATEWAY_MESSAGE_CONTENT_LIMITED : 0;
    const { loginsLeft = 1000, loginEvery = 0 } = more;
    const bot = { token, user, flags, guilds, loginsLeft, loginEvery };
    this.bots.set(token, bot);
    return bot;
  }

  removeBot(token: string): void {
    this.bots.delete(token);
    for (const session of this.sessions) if (session.bot.token === token) session.close(4004);
  }

  cut(): void {
    for (const session of this.sessions) session.cut();
  }

  reconnect(): void {
    for (const session of this.sessions) session.reconnect();
  }

  invalidate(resumable = false): void {
    for (const session of this.sessions) {
      session.invalidate(resumable);
      if (!resumable) this.sessions.delete(session);
    }
  }

  closeConnections(code: number): void {
    for (const session of this.sessions) session.close(code);
  }

  connectionCount(token?: string): ConnectionCount {
    return this.meter.count(token ?? [...this.bots.keys()][0] ?? '');
  }

  block(user: string, blocked = true): void {
    if (blocked) this.blocked.add(user);
    else this.blocked.delete(user);
  }

  direct(userId: string): Channel {
    const known = [...this.channels.values()].find(({ type, user }) => type === 1 && user?.id === userId);
    if (known) return known;
    return this.keep({ id: this.snowflake(), type: 1, user: person(userId) });
  }

  addThread(thread: { parent: string; guild: string; id?: string; name?: string }): Channel {
    const { parent, guild, id = this.snowflake(), name = 'thread' } = thread;
    if (!this.channels.has(parent)) this.keep({ id: parent, type: 0, guild });
    const made = this.keep({ id, type: 11, guild, parent, name });
    for (const session of this.sessions) session.thread(channelOf(made), guild);
    return made;
  }

  keep(channel: Channel): Channel {
    this.channels.set(channel.id, channel);
    return channel;
  }

  inject(injection: DiscordInjection): DiscordInjected {
    const { from, name, text, bot = false, files = [], mention = false, replyTo } = injection;
    const replied = replyTo === undefined ? undefined : this.messages.get(replyTo);
    const common = {
      id: this.snowflake(),
      channel: this.where(injection),
      author: { ...person(from, name), bot },
      attachments: files.map((file) => this.store(file)),
      edited: null,
      ...(replied ? { replyTo: replied } : {}),
    };
    // A mention stands in the text, so each bot may see another one; the first bot's is what is kept.
    for (const mentioned of [...this.bots.values()].reverse()) {
      if (injection.token !== undefined && injection.token !== mentioned.token) continue;
      const content = mention ? `<@${mentioned.user.id}> ${text}` : text;
      const mentions = [...(mention ? [mentioned.user] : []), ...(replied ? [replied.author] : [])];
      const message: Message = { ...common, content, mentions };
      this.messages.set(message.id, message);
      for (const session of this.sessions) if (session.bot === mentioned) session.message(message);
    }
    return { id: common.id, channel: common.channel.id };
  }

  injectMany(injections: readonly DiscordInjection[]): DiscordInjected[] {
    return injections.map((injection) => this.inject(injection));
  }

  edit({ channel, id, text }: { channel: string; id: string; text: string }): void {
    const message = this.found(channel, id);
    Object.assign(message, { content: text, edited: new Date().toISOString() });
    for (const session of this.sessions) session.message(message, 'MESSAGE_UPDATE');
  }

  react({ from, channel, id, emoji }: { from: string; channel: string; id: string; emoji: string }): void {
    const message = this.found(channel, id);
    const guild = message.channel.guild;
    const whose = {
      user_id: from,
      channel_id: channel,
      message_id: id,
      message_author_id: message.author.id,
    };
    const what = { emoji: { id: null, name: emoji }, burst: false, type: 0 };
    const where = guild ? { guild_id: guild, member: { user: userOf(person(from)), roles: [] } } : {};
    for (const session of this.sessions) session.reaction({ ...whose, ...what, ...where }, guild);
  }

  /** Time first, as clients read it out of an id. */
  snowflake(): string {
    this.count += 1;
    return String((BigInt(Date.now() - DISCORD_EPOCH) << 22n) + BigInt(this.count));
  }

  store({ name, type = 'application/octet-stream', data = '', size }: FileInput): Attachment {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data);
    return { id: this.snowflake(), name, type, size: size ?? bytes.length, data: bytes };
  }

  reset(): void {
    for (const token of [...this.bots.keys()]) this.removeBot(token);
    for (const map of [this.channels, this.messages, this.blocked, this.sessions]) map.clear();
    this.failures.clear();
    this.posted.clear();
    this.meter.clear();
    this.calls = [];
    this.logins = [];
    this.typing = [];
  }

  private where({ from, channel, guild }: DiscordInjection): Channel {
    const known = channel === undefined ? undefined : this.channels.get(channel);
    if (known) return known;
    if (guild) return this.keep({ id: channel ?? this.snowflake(), type: 0, guild });
    if (channel) throw new Error(`no channel ${channel} yet: say in which guild it is`);
    return this.direct(from);
  }

  private found(channel: string, id: string): Message {
    const message = this.messages.get(id);
    if (message?.channel.id !== channel) throw new Error(`no message ${id} in channel ${channel}`);
    return message;
  }
}

/** The first part of a token is the bot's id, and clients read it there. */
function idIn(token: string): string | undefined {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString();
  return /^\d{17,20}$/.test(id) ? id : undefined;
}
