import type { Posted, PostedMessages, Wanted } from '../testing/platform.ts';

/** What the bots posted, in order, and waiting for more of it. */
export class PostedLog implements PostedMessages {
  private all: Posted[] = [];
  private handedOut = new Set<Posted>();
  private waiting = new Set<() => void>();

  add(posted: Posted): void {
    this.all.push(posted);
    this.wake();
  }

  /** Whether there is such a message. */
  change(channel: string, id: string, change: Partial<Pick<Posted, 'text' | 'deleted'>>): boolean {
    const found = this.all.find((one) => one.channel === channel && one.id === id);
    if (found) Object.assign(found, change);
    this.wake();
    return found !== undefined;
  }

  list({ channel, user, token, text }: Wanted = {}): Posted[] {
    return this.all.filter(
      (one) =>
        !one.deleted &&
        (channel === undefined || one.channel === channel) &&
        (user === undefined || one.user === user) &&
        (token === undefined || one.token === token) &&
        (text === undefined || one.text.includes(text)),
    );
  }

  /** The next such message that no earlier call has returned. Throws when none comes in time. */
  async next(wanted: Wanted = {}): Promise<Posted> {
    const deadline = Date.now() + (wanted.timeoutMs ?? 10_000);
    for (;;) {
      const found = this.list(wanted).find((one) => !this.handedOut.has(one));
      if (found) {
        this.handedOut.add(found);
        return { ...found };
      }
      const left = deadline - Date.now();
      if (left <= 0) break;
      await this.somethingNew(left);
    }
    const seen = JSON.stringify(this.all.map(({ channel, text }) => ({ channel, text })));
    throw new Error(`nothing posted like ${JSON.stringify(wanted)}; posted so far: ${seen}`);
  }

  clear(): void {
    this.all = [];
    this.handedOut.clear();
  }

  private somethingNew(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.waiting.add(end);
    });
  }

  private wake(): void {
    for (const waiter of [...this.waiting]) waiter();
  }
}
