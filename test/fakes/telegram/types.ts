import type { BotCommand, Chat, Message, ResponseParameters, User, UserFromGetMe } from 'grammy/types';
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
  name: string;
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
  commands: Map<string, BotCommand[]>;
  texts: Map<string, string>;
  chats: Map<number, Chat>;
  members: Map<number, Map<number, User>>;
  /** Every message of every chat, the users' and the bot's, by chat and message id. */
  messages: Map<string, Message>;
  files: Map<string, StoredFile>;
  lastMessageId: number;
}

/** One message the bot sent, as the chat shows it now. */
export interface Sent {
  /** Position in the order of all sends and edits, counted over all bots. */
  seq: number;
  /** The same for the latest change (send, edit, reaction, deletion). */
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
  params: Params;
  message: Message;
}

/** One call of the Bot API; `ms` and `status` stay null while it is unanswered. */
export interface Call {
  n: number;
  at: number;
  token: string;
  method: string;
  params: Params;
  uploads: { field: string; filename: string; size: number }[];
  ms: number | null;
  status: number | null;
  description: string | null;
}

/** What a method of the table is given. */
export interface Context {
  bot: Bot;
  method: string;
  params: Params;
  uploads: Upload[];
  /** Aborted when the client hangs up. */
  gone: AbortSignal;
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
