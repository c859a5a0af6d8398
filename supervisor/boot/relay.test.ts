import { expect, it } from 'vitest';
import type { Container } from './container.ts';
import { forgetRelay, noteChannel } from './relay.ts';
import { botChannel } from './testing.ts';

it('nothing is connected any more when the relay that was is gone, and what came and went stays known', () => {
  const plan = { channels: [botChannel({ serves: 'relayed', mode: 'relayed', allowFrom: ['1'] })] };
  const container = {
    plan,
    checks: new Map([['telegram', { reason: null, account: '@a_bot' }]]),
    traffic: new Map([['telegram', { lastIn: 1, connectedSince: 2, waiting: 3 }]]),
    turns: { inFlight: () => undefined },
  } as unknown as Container;
  forgetRelay(container);
  expect(container.checks.size).toBe(0);
  expect(container.traffic.get('telegram')).toEqual({ lastIn: 1, waiting: 3 });
});

it.each([
  ['token-rejected', 'a channel failed its check at the platform'],
  ['disk-full', 'a channel takes no messages'],
] as const)('trouble of our own is not said to be of the platform: %s', (reason, said) => {
  const logged: string[] = [];
  const warn = (message: string): void => void logged.push(message);
  const container = { checks: new Map(), log: { warn } } as unknown as Container;
  noteChannel(container, { kind: 'channel', name: 'telegram', reason });
  expect(logged).toEqual([said]);
});
