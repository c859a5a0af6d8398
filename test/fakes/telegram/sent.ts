import type { Message } from 'grammy/types';
import type { TelegramSentFilter, TelegramWait } from '../testing/telegram.ts';
import { filesIn } from './files.ts';
import { visibleText } from './messages.ts';
import type { Bot, Context, Sent, SentRecorder } from './types.ts';

/** What the bots sent, in order, and waiting for more of it. */
export class SentLog implements SentRecorder {
  private all: Sent[] = [];
  private seq = 0;
  private byPlace = new Map<string, Sent>();
  /** What a wait has returned, and in which version. */
  private handedOut = new Map<Sent, number>();
  private waiting = new Set<() => void>();

  add(context: Context, message: Message): void {
    const { bot, method, params } = context;
    this.seq += 1;
    const { message_id, chat } = message;
    const text = visibleText(message);
    const where = { token: bot.token, method, chat_id: chat.id, message_id };
    const kept = { text, versions: [text], deleted: false, files: filesIn(bot, message), params };
    const shown = { ...kept, message: message as unknown as Sent['message'] };
    const sent = { seq: this.seq, changed: this.seq, at: Date.now(), ...where, ...shown };
    this.all.push(sent);
    this.byPlace.set(placeOf(bot, message), sent);
    this.wake();
  }

  change({ bot }: Context, message: Message, deleted = false): void {
    const sent = this.byPlace.get(placeOf(bot, message));
    if (!sent) return;
    this.seq += 1;
    sent.changed = this.seq;
    sent.deleted = deleted;
    sent.message = message as unknown as Sent['message'];
    sent.files = filesIn(bot, message);
    sent.text = visibleText(message);
    if (sent.text !== sent.versions.at(-1)) sent.versions.push(sent.text);
    this.wake();
  }

  list({ token, chat, after = 0 }: TelegramSentFilter = {}): Sent[] {
    return this.all.filter(
      (one) =>
        one.changed > after &&
        (token === undefined || one.token === token) &&
        (chat === undefined || one.chat_id === chat),
    );
  }

  /**
   * The next message no earlier call has returned (with `text`: no earlier call in this version);
   * `undefined` when the time is up.
   */
  async next(wait: TelegramWait = {}, gone?: AbortSignal): Promise<Sent | undefined> {
    const deadline = Date.now() + (wait.timeoutMs ?? 10_000);
    for (;;) {
      const found = this.list(wait).find((one) => this.isNew(one, wait.text));
      if (found) {
        this.handedOut.set(found, found.changed);
        return { ...found, versions: [...found.versions] };
      }
      if (gone?.aborted || !(await this.somethingNew(deadline - Date.now(), gone))) return undefined;
    }
  }

  clear(): void {
    this.all = [];
    this.handedOut.clear();
    this.byPlace.clear();
  }

  private isNew(one: Sent, text: string | undefined): boolean {
    const before = this.handedOut.get(one);
    if (text === undefined) return before === undefined;
    return (before ?? 0) < one.changed && !one.deleted && one.text.includes(text);
  }

  private somethingNew(ms: number, gone: AbortSignal | undefined): Promise<boolean> {
    if (ms <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (news: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        gone?.removeEventListener('abort', stop);
        resolve(news);
      };
      const wake = (): void => end(true);
      const stop = (): void => end(false);
      const timer = setTimeout(stop, ms);
      gone?.addEventListener('abort', stop);
      this.waiting.add(wake);
    });
  }

  private wake(): void {
    for (const waiter of [...this.waiting]) waiter();
  }
}

function placeOf(bot: Bot, { chat, message_id }: Message): string {
  return `${bot.token} ${chat.id} ${message_id}`;
}
