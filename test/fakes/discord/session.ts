import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Bot, Discord } from './discord.ts';
import { type Message, messageOf } from './messages.ts';

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes */
export const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  reconnect: 7,
  members: 8,
  invalid: 9,
  hello: 10,
  ack: 11,
} as const;
const closing: Readonly<Record<number, string>> = {
  4001: 'Unknown opcode.',
  4002: 'Error while decoding payload.',
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4005: 'Already authenticated.',
  4007: 'Invalid seq.',
  4008: 'You are being rate limited.',
  4009: 'Session timed out.',
  4013: 'Invalid intent(s).',
  4014: 'Disallowed intent(s).',
};
/** https://docs.discord.com/developers/events/gateway#list-of-intents */
export const intents = {
  guilds: 1 << 0,
  guildMessages: 1 << 9,
  guildReactions: 1 << 10,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
  messageContent: 1 << 15,
} as const;

export interface Payload {
  readonly op: number;
  readonly d?: unknown;
}

/** One login of a bot. It outlives its socket: a client may resume it and gets what it missed. */
export class Session {
  readonly id = randomUUID().replaceAll('-', '');
  readonly bot: Bot;
  private readonly discord: Discord;
  private readonly wanted: number;
  private readonly sent: { readonly s: number; readonly text: string }[] = [];
  private socket: WebSocket | undefined;
  /** The address at which the client reaches this server. */
  private base = '';

  constructor(discord: Discord, bot: Bot, wanted: number) {
    this.discord = discord;
    this.bot = bot;
    this.wanted = wanted;
  }

  get lastSequence(): number {
    return this.sent.at(-1)?.s ?? 0;
  }

  isOpen(): boolean {
    return this.socket !== undefined;
  }

  owns(socket: WebSocket): boolean {
    return this.socket === socket;
  }

  attach(socket: WebSocket, base: string): void {
    this.cut();
    this.socket = socket;
    this.base = base;
    this.discord.meter.opened(this.bot.token);
  }

  detach(): void {
    if (!this.socket) return;
    this.socket = undefined;
    this.discord.meter.closed(this.bot.token);
  }

  wants(intent: number): boolean {
    return (this.wanted & intent) !== 0;
  }

  /** Everything after that sequence number, as a client gets it that resumes. */
  replay(after: number): void {
    for (const { s, text } of this.sent) if (s > after) this.socket?.send(text);
    this.dispatch('RESUMED', {});
  }

  message(message: Message, event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE' = 'MESSAGE_CREATE'): void {
    const { guild } = message.channel;
    if (!this.sees(guild) || !this.wants(guild ? intents.guildMessages : intents.directMessages)) return;
    const shown = messageOf(message, this.base);
    // https://docs.discord.com/developers/events/gateway#message-content-intent: direct chats, mentions and one's own.
    const { id } = this.bot.user;
    const isOwn = message.author.id === id || message.mentions.some((one) => one.id === id);
    const hidden = guild !== undefined && !isOwn && !this.wants(intents.messageContent);
    this.dispatch(event, hidden ? { ...shown, content: '', attachments: [] } : shown);
  }

  reaction(reaction: Readonly<Record<string, unknown>>, guild: string | undefined): void {
    if (!this.sees(guild) || !this.wants(guild ? intents.guildReactions : intents.directReactions)) return;
    this.dispatch('MESSAGE_REACTION_ADD', reaction);
  }

  thread(channel: Readonly<Record<string, unknown>>, guild: string): void {
    if (this.sees(guild) && this.wants(intents.guilds))
      this.dispatch('THREAD_CREATE', { ...channel, newly_created: true });
  }

  dispatch(t: string, d: unknown): void {
    const s = this.lastSequence + 1;
    const text = JSON.stringify({ op: op.dispatch, t, s, d });
    this.sent.push({ s, text });
    this.socket?.send(text);
  }

  close(code: number): void {
    if (this.socket) refuse(this.socket, code);
    this.detach();
  }

  cut(): void {
    this.socket?.terminate();
    this.detach();
  }

  reconnect(): void {
    if (this.socket) send(this.socket, { op: op.reconnect });
  }

  invalidate(resumable: boolean): void {
    if (this.socket) send(this.socket, { op: op.invalid, d: resumable });
    if (!resumable) this.detach();
  }

  private sees(guild: string | undefined): boolean {
    return guild === undefined || this.bot.guilds.includes(guild);
  }
}

export function send(socket: WebSocket, payload: Payload): void {
  socket.send(JSON.stringify({ s: null, t: null, d: null, ...payload }));
}

export function refuse(socket: WebSocket, code: number): undefined {
  socket.close(code, closing[code]);
}
