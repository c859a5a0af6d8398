import type { Failure, FailureOrders } from '../testing/platform.ts';

export class Failures implements FailureOrders {
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
    const found = this.orders.find(({ failure, left }) => left > 0 && isMeant(failure.method, method));
    if (found) found.left -= 1;
    return found?.failure;
  }
}

function isMeant(wanted: string, method: string): boolean {
  const parts = wanted.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(method);
}
