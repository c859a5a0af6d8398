/**
 * What `clawden/testing` says of the fake Telegram: a server of the Bot API (https://core.telegram.org/bots/api) whose users
 * are played by a test. Names of fields are the Bot API's.
 */

/** Anything of the Bot API that a test only reads or hands on. */
export type Json = Readonly<Record<string, unknown>>;

export interface TelegramBotInput {
  token: string;
  /** Default: the number that the token begins with. */
  id?: number;
  username?: string;
  first_name?: string;
}

export interface TelegramUserInput {
  id: number;
  first_name?: string;
  last_name?: string;
  username?: string;
  is_bot?: boolean;
  language_code?: string;
}

export interface TelegramChatInput {
  id: number;
  /** Default: `private`, and `group` for a number below zero. */
  type?: 'private' | 'group' | 'supergroup' | 'channel';
  title?: string;
  username?: string;
  is_forum?: boolean;
}

export interface TelegramEntity {
  /** `mention`, `text_mention`, `bot_command`, `bold`, `text_link`, … */
  type: string;
  /** UTF-16 code units. */
  offset: number;
  length: number;
  url?: string;
  user?: TelegramUserInput;
  language?: string;
}

export interface TelegramFileInput {
  /** Default `document`. */
  kind?: 'photo' | 'document' | 'voice' | 'audio' | 'video' | 'video_note' | 'animation' | 'sticker';
  name?: string;
  /** Over HTTP: base64. */
  data?: Uint8Array | string;
  /** Media type. */
  type?: string;
  /** Bytes that Telegram tells of, where that is another number than those of `data`: bots may fetch 20 MB. */
  size?: number;
}

export interface TelegramInjection {
  /** Which bot hears it; needed only when several are registered. */
  token?: string;
  /** Of a channel nobody is told. */
  from?: number | TelegramUserInput;
  text?: string;
  /** Default: the private chat with `from`. A number below zero is a group. */
  chat?: number | TelegramChatInput;
  type?: TelegramChatInput['type'];
  reply_to_message_id?: number;
  /** A topic of a forum. */
  message_thread_id?: number;
  /** Default: the commands and mentions that Telegram finds by itself. */
  entities?: readonly TelegramEntity[];
  /** A file that comes with the message; `text` becomes its caption. */
  file?: TelegramFileInput;
  /** An album: one message each, the caption on the first. */
  files?: readonly TelegramFileInput[];
}

export interface TelegramInjected {
  /** 0 where the bot has not asked for updates of this kind. */
  update_id: number;
  message_id: number;
  chat_id: number;
}

export interface TelegramEdit {
  token?: string;
  chat: number;
  message_id: number;
  text: string;
}

export interface TelegramReaction {
  token?: string;
  from: number | TelegramUserInput;
  /** Default: the private chat with `from`. */
  chat?: number;
  message_id: number;
  /** Without it the reaction is taken back. */
  emoji?: string;
}

export interface TelegramFile {
  kind: string;
  name: string;
  /** Media type, as the bot sent it. */
  type: string;
  size: number;
  file_id: string;
  /** Over HTTP: base64. */
  data: Uint8Array;
}

/** One message that a bot sent, as the chat shows it now. */
export interface TelegramSent {
  /** Position in the order of all sends and edits, counted over all bots. */
  seq: number;
  /** The same for the latest change (edit, deletion). */
  changed: number;
  at: number;
  token: string;
  method: string;
  chat_id: number;
  message_id: number;
  /** What a reader sees: text or caption, markup resolved. */
  text: string;
  /** The text of every version so far, first one first. */
  versions: string[];
  deleted: boolean;
  /** Files in it, with their bytes. */
  files: TelegramFile[];
  params: Json;
  message: Json;
}

/** One call of the Bot API; `ms` and `status` stay null while it is unanswered. */
export interface TelegramCall {
  n: number;
  at: number;
  token: string;
  method: string;
  params: Json;
  uploads: { field: string; filename: string; size: number }[];
  ms: number | null;
  status: number | null;
  description: string | null;
}

export interface TelegramPollCount {
  /** Polls that wait now. */
  open: number;
  /** The most that ever waited at once: above 1, two programs have polled with one token. */
  max: number;
}

/** One getUpdates. Times are milliseconds since 1970. */
export interface TelegramPoll {
  at: number;
  /** null while it waits. */
  until: number | null;
  outcome: 'waiting' | 'answered' | 'hung up' | 'conflict' | 'failed';
  /** Updates in its answer. */
  updates: number;
  offset: number;
  /** Address and port of the client's connection. */
  client: string;
}

/** What a test orders: the next calls of a method go wrong. */
export interface TelegramFailure {
  /** A method of the Bot API, or `*` for all. */
  method: string;
  status?: number;
  description?: string;
  /** Seconds: a 429. */
  retry_after?: number;
  /** Never answer: the client has to give up by itself. */
  hang?: boolean;
  /** The call is carried out, and the connection breaks instead of its answer. */
  lost?: boolean;
  /** Milliseconds to wait first; with nothing else ordered the answer is then the usual one. */
  delay_ms?: number;
  /** How many calls; `always` until cleared. Default 1. */
  times?: number | 'always';
  /** Only calls with this token. */
  token?: string;
}

export interface TelegramSentFilter {
  token?: string;
  chat?: number;
  /** Only what was sent or changed after this `seq`. */
  after?: number;
}

export interface TelegramWait extends TelegramSentFilter {
  /** Wait until a message contains this, edits included; without it, for the next message sent. */
  text?: string;
  /** Default 10,000. */
  timeoutMs?: number;
}

export interface FakeTelegram {
  readonly port: number;
  /** What a client takes as its API root, seen from this machine. */
  readonly url: string;
  /** A token from here on is known; all others are 401. */
  addBot(input: TelegramBotInput): Json;
  /** The token is revoked: open polls end with 401. */
  removeBot(token: string): void;
  /** A chat that the bot may write to before anybody wrote in it. */
  addChat(chat: TelegramChatInput, options?: { token?: string; user?: number | TelegramUserInput }): void;
  /** A message of a user, as the bot gets it; of an album, its first message. */
  inject(injection: TelegramInjection): TelegramInjected;
  injectMany(injections: readonly TelegramInjection[]): TelegramInjected[];
  /** A user changes the text of a message. */
  edit(edit: TelegramEdit): TelegramInjected;
  /** A user reacts to a message; bots hear it that ask for `message_reaction`. */
  react(reaction: TelegramReaction): TelegramInjected;
  /** Any other update, such as a callback_query; its id is given here. */
  injectUpdate(update: Json, token?: string): number;
  /** The user blocks the bot, or the group removes it: what is sent there is 403. Ends when the chat writes again. */
  block(chat: number, token?: string): void;
  sent(filter?: TelegramSentFilter): TelegramSent[];
  /** The next message of a bot that no call has returned yet; throws when none comes in time. */
  nextSent(wait?: TelegramWait): Promise<TelegramSent>;
  calls(filter?: { token?: string; method?: string }): TelegramCall[];
  polls(token?: string): TelegramPollCount;
  /** Every getUpdates of the bot so far, in order. */
  pollLog(token?: string): TelegramPoll[];
  /** Polls that are open get the failure at once. */
  fail(order: TelegramFailure): void;
  clearFailures(): void;
  /** Forgets everything, the bots too. */
  reset(): void;
  close(): Promise<void>;
}
