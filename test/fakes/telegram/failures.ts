import type { TelegramFailure } from '../testing/telegram.ts';
import { ApiError } from './types.ts';
import { OTHER_POLL } from './updates.ts';

const DESCRIPTIONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden: bot was blocked by the user',
  404: 'Not Found',
  409: OTHER_POLL,
  500: 'Internal Server Error',
  502: 'Bad Gateway',
};

export class Failures {
  private orders: { order: TelegramFailure; left: number }[] = [];

  add(order: TelegramFailure): void {
    const left = order.times === 'always' ? Number.POSITIVE_INFINITY : (order.times ?? 1);
    this.orders.push({ order, left });
  }

  clear(): void {
    this.orders = [];
  }

  /** The failure this call gets, if any; it is used up by that. */
  take(token: string, method: string): TelegramFailure | undefined {
    const found = this.orders.find(
      ({ order, left }) =>
        left > 0 &&
        (order.token === undefined || order.token === token) &&
        (order.method === '*' || order.method.toLowerCase() === method.toLowerCase()),
    );
    if (found) found.left -= 1;
    return found?.order;
  }
}

/** The call is only slow, and answered in the end. */
export function isOnlySlow({ delay_ms, lost, status, description, retry_after }: TelegramFailure): boolean {
  return (
    (lost || delay_ms !== undefined) && [status, description, retry_after].every((each) => each === undefined)
  );
}

export function toApiError(order: TelegramFailure): ApiError {
  const status = order.status ?? (order.retry_after === undefined ? 500 : 429);
  if (status === 429) {
    const seconds = order.retry_after ?? 1;
    const description = order.description ?? `Too Many Requests: retry after ${seconds}`;
    return new ApiError(429, description, { retry_after: seconds });
  }
  return new ApiError(status, order.description ?? DESCRIPTIONS[status] ?? `Error ${status}`);
}
