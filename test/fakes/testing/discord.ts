/**
 * What `clawden/testing` says of the fake Discord: its REST API and its gateway (https://docs.discord.com/developers),
 * whose users are played by a test. Ids are snowflakes in decimal.
 */
import type { ConnectionCount, FailureOrders, FileInput, Listening, PostedMessages } from './platform.ts';

export interface DiscordBotInput {
  /** Its first part is the bot's id in base64, as clients read it there. */
  readonly token: string;
  readonly username?: string;
  /** The Message Content intent is switched on in the Developer Portal. Default false, as at Discord. */
  readonly messageContent?: boolean;
  /** Servers it was invited to. */
  readonly guilds?: readonly string[];
  /** Logins that are left today; with the last one used the token is reset. Default 1000. */
  readonly loginsLeft?: number;
  /** Milliseconds between two logins; one that comes sooner is an Invalid Session. At Discord 5000, here 0 by default. */
  readonly loginEvery?: number;
}

export interface DiscordChannel {
  readonly id: string;
  /** 0 text channel of a server, 1 direct messages, 11 public thread. */
  readonly type: 0 | 1 | 11;
  readonly guild?: string;
  /** Of a thread, the channel that it stands in. */
  readonly parent?: string;
  readonly name?: string;
}

export interface DiscordInjection {
  /** Token of the only bot that hears it; without it every one does that can. */
  readonly token?: string;
  /** Id of a person. */
  readonly from: string;
  /** Default: made of the id. */
  readonly name?: string;
  /** It is another bot that writes. */
  readonly bot?: boolean;
  readonly text: string;
  /** A channel or thread of a server; without it the direct chat with `from`. */
  readonly channel?: string;
  /** Needed for a channel that the fake has not seen yet. */
  readonly guild?: string;
  /** The bot is mentioned: Discord lists it and gives the text even without the intent. */
  readonly mention?: boolean;
  /** Id of a message that it answers. */
  readonly replyTo?: string;
  readonly files?: readonly FileInput[];
}

export interface DiscordInjected {
  readonly id: string;
  readonly channel: string;
}

/** One Identify or Resume of a bot. */
export interface DiscordLogin {
  readonly at: number;
  readonly token: string;
  readonly kind: 'identify' | 'resume';
}

export interface FakeDiscord extends Listening {
  /** Base of the REST API, seen from this machine: `http://127.0.0.1:PORT/api/v10`. */
  readonly api: string;
  readonly posted: PostedMessages;
  readonly failures: FailureOrders;
  /** `METHOD /path` of every REST call, ids as they are. */
  readonly calls: readonly string[];
  /** Every Identify and Resume that was let in. */
  readonly logins: readonly DiscordLogin[];
  /** Where a bot showed that it writes, in order. */
  readonly typing: readonly { readonly channel: string; readonly at: number }[];
  /** A token from here on is known; all others are refused. */
  addBot(input: DiscordBotInput): { readonly user: { readonly id: string; readonly username: string } };
  /** The token was reset: what uses it is thrown out. */
  removeBot(token: string): void;
  /** The direct chat with a person. */
  direct(user: string): DiscordChannel;
  addThread(thread: { parent: string; guild: string; id?: string; name?: string }): DiscordChannel;
  /** A message of a person, to every bot that sees it. */
  inject(injection: DiscordInjection): DiscordInjected;
  injectMany(injections: readonly DiscordInjection[]): DiscordInjected[];
  /** Its author changes a message. */
  edit(edit: { channel: string; id: string; text: string }): void;
  react(reaction: { from: string; channel: string; id: string; emoji: string }): void;
  /** The person takes no direct messages of bots any more, or takes them again: 403, code 50007. */
  block(user: string, blocked?: boolean): void;
  /** Every connection breaks; the logins stay, to be resumed. */
  cut(): void;
  /** Every client is told to reconnect and resume (opcode 7). */
  reconnect(): void;
  /** Every login ends (opcode 9); `resumable`: the client may resume it all the same. */
  invalidate(resumable?: boolean): void;
  /** Every connection is closed with that code. */
  closeConnections(code: number): void;
  connectionCount(token?: string): ConnectionCount;
  /** Forgets everything, the bots too. */
  reset(): void;
}
