import type { BotCommand, Chat, Message, ResponseParameters, User, UserFromGetMe } from 'grammy/types';
import type { TelegramCall, TelegramSent } from '../testing/telegram.ts';
import type { UpdateQueue } from './updates.ts';

export type Params = Record<string, unknown>;

export interface Upload {
  field: string;
  filename: string;
  type: string;
  data: Buffer;
}

export interface StoredFile {
  file_id: string;
  file_path: string;
  kind: string;
  name: string;
  type: string;
  /** What Telegram tells; `data` may be shorter. */
  size: number;
  data: Buffer;
}

export interface Webhook {
  url: string;
  secret: string | undefined;
  lastError: { at: number; text: string } | undefined;
}

export interface Bot {
  token: string;
  user: UserFromGetMe;
  queue: UpdateQueue;
  webhook: Webhook | undefined;
  /** Chats that take nothing of the bot, and Telegram's words for why. */
  blocked: Map<number, string>;
  /** Topics of forums, `<chat>/<thread>`. */
  topics: Set<string>;
  commands: Map<string, BotCommand[]>;
  texts: Map<string, string>;
  chats: Map<number, Chat>;
  members: Map<number, Map<number, User>>;
  /** Every message of every chat, the users' and the bot's, by chat and message id. */
  messages: Map<string, Message>;
  files: Map<string, StoredFile>;
  lastMessageId: number;
}

export type Sent = TelegramSent;
export type Call = TelegramCall;

/** What a method of the table is given. */
export interface Context {
  bot: Bot;
  method: string;
  params: Params;
  uploads: Upload[];
  /** Aborted when the client hangs up. */
  gone: AbortSignal;
  /** Address and port of its connection. */
  client: string;
  sent: SentRecorder;
}

export interface SentRecorder {
  add(context: Context, message: Message): void;
  change(context: Context, message: Message, deleted?: boolean): void;
}

export class ApiError extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

export function badRequest(what: string): ApiError {
  return new ApiError(400, `Bad Request: ${what}`);
}
