/** What the next request for a model's answer gets. Without an order it is the text `pong: <last user words>`. */
export type Behaviour = {
  /** Only for a request whose last user words contain this. */
  when?: string;
  /** Only for a request that contains this anywhere: runtimes wrap the user's words in texts of their own. */
  within?: string;
  /** Stays after it was used: runtimes ask again after a failure. */
  repeat?: boolean;
  /** Wait this long before the first byte. */
  delay_ms?: number;
} & (
  | { kind: 'text'; text: string; token_delay_ms?: number }
  | { kind: 'slow'; token_delay_ms: number }
  | { kind: 'empty' }
  | { kind: 'tool'; name: string; arguments: Record<string, unknown> }
  | { kind: 'error'; status: number; retry_after?: number; message?: string; body?: string }
  | { kind: 'hang'; after_tokens?: number }
  | { kind: 'cut'; after_tokens?: number }
  | { kind: 'garbage'; body?: string }
  | { kind: 'plain'; text?: string }
);

export class Script {
  private orders: Behaviour[] = [];
  private standing: Behaviour | undefined;

  add(behaviours: Behaviour[]): void {
    this.orders.push(...behaviours);
  }

  always(behaviour: Behaviour | undefined): void {
    this.standing = behaviour;
  }

  clear(): void {
    this.orders = [];
    this.standing = undefined;
  }

  /** The first order that fits is used up; the standing one is not. */
  take(words: string, body: unknown): Behaviour | undefined {
    const whole = JSON.stringify(body);
    const fits = (one: Behaviour): boolean =>
      (one.when === undefined || words.includes(one.when)) &&
      (one.within === undefined || whole.includes(one.within));
    const index = this.orders.findIndex(fits);
    const order = this.orders[index];
    if (order && order.repeat !== true) this.orders.splice(index, 1);
    if (order) return order;
    return this.standing && fits(this.standing) ? this.standing : undefined;
  }
}
