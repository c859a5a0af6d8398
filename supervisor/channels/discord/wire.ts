/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway */
export const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** https://docs.discord.com/developers/events/gateway#list-of-intents; the last one is privileged. */
export const intents = { guildMessages: 1 << 9, directMessages: 1 << 12, messageContent: 1 << 15 } as const;

export const closed = {
  authenticationFailed: 4004,
  invalidSequence: 4007,
  shardingRequired: 4011,
  invalidIntents: 4013,
  disallowedIntents: 4014,
  /** Ours, to Discord: with 1000 or 1001 the session would be over. */
  keepSession: 4200,
} as const;

/** What a client needs to be told what it has missed: https://docs.discord.com/developers/events/gateway#resuming */
export interface Session {
  readonly id: string;
  /** Address of the gateway for it. */
  readonly url: string;
  readonly bot: BotUser;
}

export interface BotUser {
  readonly id: string;
  readonly username: string;
}

export interface Payload {
  readonly op: number;
  /** Name of a dispatched event. */
  readonly t?: string | null;
  /** Its number in the session. */
  readonly s?: number | null;
  readonly d?: unknown;
}

interface RawUser {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null;
  readonly bot?: boolean;
  readonly system?: boolean;
}

/** As much of https://docs.discord.com/developers/resources/message#message-object as is read here. */
export interface RawMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly guild_id?: string;
  readonly type: number;
  readonly author: RawUser;
  readonly webhook_id?: string;
  readonly member?: { readonly nick?: string | null };
  readonly content: string;
  readonly mentions?: readonly RawUser[];
  readonly mention_roles?: readonly string[];
  readonly attachments?: readonly RawAttachment[];
  readonly sticker_items?: readonly { readonly name: string }[];
  readonly referenced_message?: RawMessage | null;
}

export interface RawAttachment {
  readonly filename: string;
  readonly content_type?: string;
  readonly size: number;
  readonly url: string;
}
