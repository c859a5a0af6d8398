/** What a test orders: the next calls of a method go wrong. */
export interface Failure {
  /** As the platform names it: `GET /users/@me`, `auth.test`; `*` for all. */
  readonly method: string;
  readonly status?: number;
  /** The platform's own word for it. */
  readonly error?: string;
  /** Seconds, with status 429. */
  readonly retryAfter?: number;
  /** Never answer: the client has to give up by itself. */
  readonly hang?: boolean;
  /** How many calls; `always` until cleared. Default 1. */
  readonly times?: number | 'always';
}

export class Failures {
  private orders: { failure: Failure; left: number }[] = [];

  add(failure: Failure): void {
    const left = failure.times === 'always' ? Number.POSITIVE_INFINITY : (failure.times ?? 1);
    this.orders.push({ failure, left });
  }

  clear(): void {
    this.orders = [];
  }

  /** The failure this call gets, if any; it is used up by that. */
  take(method: string): Failure | undefined {
    const found = this.orders.find(
      ({ failure, left }) => left > 0 && (failure.method === '*' || failure.method === method),
    );
    if (found) found.left -= 1;
    return found?.failure;
  }
}
