import type { ExitClass, Millis, RestartPolicy } from '../../runtimes/contract.ts';

export type RestartDecision =
  | { readonly kind: 'restart'; readonly delay: Millis; readonly count: number }
  | { readonly kind: 'give-up'; readonly count: number };

export interface RestartBudget {
  /** Records an unasked exit at `now` (milliseconds on a monotonic clock) and says what to do. */
  readonly decide: (exitClass: ExitClass, now: Millis) => RestartDecision;
}

/**
 * Two sliding windows: crashes wait `base · 2ⁿ` up to the cap, with ±20 % jitter so that many containers do not
 * restart in step; requested restarts come at once but have a brake of their own, since a start that always asks
 * for another would spin for ever.
 */
export function restartBudget(policy: RestartPolicy, random: () => number): RestartBudget {
  let crashes: Millis[] = [];
  let requests: Millis[] = [];
  return {
    decide(exitClass, now) {
      const since = now - policy.window;
      if (exitClass === 'restart-request') {
        requests = [...requests.filter((at) => at > since), now];
        const count = requests.length;
        if (count > policy.requestedBudget) return { kind: 'give-up', count };
        return { kind: 'restart', delay: 0, count };
      }
      crashes = [...crashes.filter((at) => at > since), now];
      const count = crashes.length;
      if (count > policy.budget) return { kind: 'give-up', count };
      const delay = Math.min(policy.backoffCap, policy.backoffBase * 2 ** (count - 1));
      return { kind: 'restart', delay: Math.round(delay * (0.8 + 0.4 * random())), count };
    },
  };
}
