import type { Message } from 'grammy/types';
import { visibleText } from './messages.ts';
import type { Context, Sent, SentRecorder } from './types.ts';

export interface SentFilter {
  token?: string;
  chat?: number;
  /** Only what was sent or changed after this `seq`. */
  after?: number;
}

export interface WaitFor extends SentFilter {
  /** Wait until a message contains this, edits included; without it, for the next message sent. */
  text?: string;
  timeoutMs?: number;
}

/** What the bots sent, in order, and waiting for more of it. */
export class SentLog implements SentRecorder {
  private all: Sent[] = [];
  private seq = 0;
  /** What a wait has returned, and in which version. */
  private handedOut = new Map<Sent, number>();
  private waiting = new Set<() => void>();

  add({ bot, method, params }: Context, message: Message): void {
    this.seq += 1;
    const { message_id, chat } = message;
    const text = visibleText(message);
    const where = { token: bot.token, method, chat_id: chat.id, message_id };
    const kept = { text, versions: [text], deleted: false, params, message };
    this.all.push({ seq: this.seq, changed: this.seq, at: Date.now(), ...where, ...kept });
    this.wake();
  }

  change({ bot }: Context, message: Message, deleted = false): void {
    const sent = this.all.find(
      (one) =>
        one.token === bot.token && one.chat_id === message.chat.id && one.message_id === message.message_id,
    );
    if (!sent) return;
    this.seq += 1;
    sent.changed = this.seq;
    sent.deleted = deleted;
    sent.message = message;
    sent.text = visibleText(message);
    if (sent.text !== sent.versions.at(-1)) sent.versions.push(sent.text);
    this.wake();
  }

  list({ token, chat, after = 0 }: SentFilter = {}): Sent[] {
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
  async next(wait: WaitFor = {}, gone?: AbortSignal): Promise<Sent | undefined> {
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
