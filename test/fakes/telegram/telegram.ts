import type { Update } from 'grammy/types';
import type {
  FakeTelegram,
  TelegramBotInput,
  TelegramChatInput,
  TelegramEdit,
  TelegramFailure,
  TelegramInjected,
  TelegramInjection,
  TelegramPoll,
  TelegramPollCount,
  TelegramReaction,
  TelegramSentFilter,
  TelegramUserInput,
  TelegramWait,
} from '../testing/telegram.ts';
import { newBot } from './bots.ts';
import { addChat, toUser } from './chats.ts';
import { Failures, isOnlySlow, toApiError } from './failures.ts';
import { block, inject, injectEdit, injectReaction } from './inject.ts';
import { SentLog } from './sent.ts';
import { ApiError, type Bot, type Call, type Sent } from './types.ts';
import { setWebhook } from './webhook.ts';

/** All that the fake knows; the server asks it, tests steer it. */
export class Telegram implements Omit<FakeTelegram, 'port' | 'url' | 'close'> {
  readonly bots = new Map<string, Bot>();
  readonly log = new SentLog();
  readonly failures = new Failures();
  private callLog: Call[] = [];
  private nextCall = 1;

  /** A token from here on is known; all others are 401. */
  addBot(input: TelegramBotInput): Bot['user'] & Record<string, unknown> {
    const bot = newBot(input);
    this.removeBot(input.token);
    this.bots.set(input.token, bot);
    return { ...bot.user };
  }

  /** The token is revoked: open polls end with 401. */
  removeBot(token: string): void {
    const bot = this.bots.get(token);
    if (!bot) return;
    this.bots.delete(token);
    setWebhook(bot, '', undefined);
    bot.queue.failPolls(new ApiError(401, 'Unauthorized'));
  }

  /** A chat the bot may write to before anybody wrote in it. */
  addChat(
    chat: TelegramChatInput,
    options: { token?: string; user?: number | TelegramUserInput } = {},
  ): void {
    const user = options.user ?? (chat.id > 0 ? chat.id : undefined);
    addChat(this.bot(options.token), chat, user === undefined ? undefined : toUser(user));
  }

  inject(injection: TelegramInjection): TelegramInjected {
    return inject(this.bot(injection.token), injection);
  }

  injectMany(injections: readonly TelegramInjection[]): TelegramInjected[] {
    return injections.map((injection) => this.inject(injection));
  }

  edit(edit: TelegramEdit): TelegramInjected {
    return injectEdit(this.bot(edit.token), edit);
  }

  react(reaction: TelegramReaction): TelegramInjected {
    return injectReaction(this.bot(reaction.token), reaction);
  }

  block(chat: number, token?: string): void {
    block(this.bot(token), chat);
  }

  /** Any other update, such as a callback_query; its id is given here. */
  injectUpdate(update: Readonly<Record<string, unknown>>, token?: string): number {
    return this.bot(token).queue.push(update as Omit<Update, 'update_id'>);
  }

  sent(filter?: TelegramSentFilter): Sent[] {
    return this.log.list(filter);
  }

  /** The next message of the bot nobody was given yet; throws when none comes in time. */
  async nextSent(wait: TelegramWait = {}): Promise<Sent> {
    const found = await this.log.next(wait);
    if (found) return found;
    const where = wait.chat === undefined ? '' : ` to chat ${wait.chat}`;
    const what = wait.text === undefined ? '' : ` containing ${JSON.stringify(wait.text)}`;
    const all = this.sent({ ...wait, after: 0 }).map((one) => one.text);
    throw new Error(
      `no message${where}${what} in ${wait.timeoutMs ?? 10_000} ms; sent so far: ${JSON.stringify(all)}`,
    );
  }

  calls(filter: { token?: string; method?: string } = {}): Call[] {
    return this.callLog.filter(
      (call) =>
        (filter.token === undefined || call.token === filter.token) &&
        (filter.method === undefined || call.method === filter.method),
    );
  }

  polls(token?: string): TelegramPollCount {
    const { queue } = this.bot(token);
    return { open: queue.openPolls, max: queue.maxPolls };
  }

  pollLog(token?: string): TelegramPoll[] {
    return this.bot(token).queue.log;
  }

  /** Polls that are open get the failure at once; they would show it half a minute later otherwise. */
  fail(order: TelegramFailure): void {
    this.failures.add(order);
    if (order.hang || order.lost || isOnlySlow(order)) return;
    for (const bot of this.bots.values()) {
      if (bot.queue.openPolls === 0) continue;
      const mine = this.failures.take(bot.token, 'getUpdates');
      if (mine) bot.queue.failPolls(toApiError(mine));
    }
  }

  clearFailures(): void {
    this.failures.clear();
  }

  /** Forgets everything, the bots too. */
  reset(): void {
    for (const token of [...this.bots.keys()]) this.removeBot(token);
    this.failures.clear();
    this.log.clear();
    this.callLog = [];
  }

  record(call: Omit<Call, 'n' | 'ms' | 'status' | 'description'>): Call {
    const recorded: Call = { ...call, n: this.nextCall++, ms: null, status: null, description: null };
    this.callLog.push(recorded);
    return recorded;
  }

  private bot(token: string | undefined): Bot {
    const bot = token === undefined ? [...this.bots.values()][0] : this.bots.get(token);
    if (!bot || (token === undefined && this.bots.size > 1)) {
      throw new Error(`name a registered bot by its token; registered are ${this.bots.size}`);
    }
    return bot;
  }
}
