import type { ConnectionCount } from '../testing/platform.ts';

/** Counts the connections of each bot, by its token. */
export class ConnectionMeter {
  private counts = new Map<string, { open: number; max: number }>();

  opened(token: string): void {
    const count = this.counts.get(token) ?? { open: 0, max: 0 };
    count.open += 1;
    count.max = Math.max(count.max, count.open);
    this.counts.set(token, count);
  }

  closed(token: string): void {
    const count = this.counts.get(token);
    if (count) count.open -= 1;
  }

  count(token: string): ConnectionCount {
    return { open: 0, max: 0, ...this.counts.get(token) };
  }

  clear(): void {
    this.counts.clear();
  }
}
