import { describe, expect, it } from 'vitest';
import { restartBudget } from './backoff.ts';

const policy = { backoffBase: 500, backoffCap: 4000, budget: 5, window: 60_000, requestedBudget: 3 };
const middle = (): number => 0.5;

describe('the restart budget', () => {
  it('doubles the wait up to the cap and then gives up', () => {
    const budget = restartBudget(policy, middle);
    const decisions = [0, 1, 2, 3, 4, 5].map((second) => budget.decide('crash', second * 1000));
    expect(decisions.map((decision) => ('delay' in decision ? decision.delay : decision.kind))).toEqual([
      500,
      1000,
      2000,
      4000,
      4000,
      'give-up',
    ]);
  });

  it('forgets deaths that lie outside the window', () => {
    const budget = restartBudget(policy, middle);
    for (let index = 0; index < 5; index += 1) budget.decide('crash', index);
    expect(budget.decide('crash', 61_000)).toMatchObject({ kind: 'restart', delay: 500, count: 1 });
  });

  it('spreads many containers by at most a fifth', () => {
    expect(restartBudget(policy, () => 0).decide('crash', 0)).toMatchObject({ delay: 400 });
    expect(restartBudget(policy, () => 1).decide('crash', 0)).toMatchObject({ delay: 600 });
  });

  it('waits from half a second to half a minute as the docs say, never more than a fifth off', () => {
    const long = { ...policy, backoffCap: 30_000, budget: 12 };
    for (const random of [0, 0.25, 0.5, 0.999]) {
      const budget = restartBudget(long, () => random);
      const delays = Array.from({ length: 12 }, (_, at) => budget.decide('crash', at));
      delays.forEach((decision, index) => {
        const wait = Math.min(30_000, 500 * 2 ** index);
        expect('delay' in decision && Math.abs(decision.delay / wait - 1)).toBeLessThanOrEqual(0.2);
      });
      expect(budget.decide('crash', 13)).toMatchObject({ kind: 'give-up', count: 13 });
    }
  });

  it('restarts on request at once, but not for ever', () => {
    const budget = restartBudget(policy, middle);
    const decisions = [0, 1, 2, 3].map((at) => budget.decide('restart-request', at));
    expect(decisions.map(({ kind }) => kind)).toEqual(['restart', 'restart', 'restart', 'give-up']);
    expect(decisions[0]).toMatchObject({ delay: 0 });
  });

  it('counts requests and crashes apart', () => {
    const budget = restartBudget(policy, middle);
    for (let index = 0; index < 3; index += 1) budget.decide('restart-request', index);
    expect(budget.decide('crash', 3)).toMatchObject({ kind: 'restart', count: 1 });
  });
});
