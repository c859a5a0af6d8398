import { expect, test } from 'vitest';
import type { ChannelReason } from '../../runtimes/contract.ts';
import { watchChannel } from './checks.ts';

const account = { name: 'support', type: 'telegram', fields: {}, secrets: {} };

async function reports(...reasons: (ChannelReason | null)[]): Promise<{ said: unknown[]; waits: number[] }> {
  const said: unknown[] = [];
  const waits: number[] = [];
  await watchChannel(account, {
    load: async () => async () => ({ reason: reasons.shift() ?? null, account: '@bot' }),
    report: (message) => said.push(message.reason),
    wait: async (ms) => void waits.push(ms),
  });
  return { said, waits };
}

test('a good account is asked once', async () => {
  expect(await reports(null)).toEqual({ said: [null], waits: [] });
});

test('a rejected token is asked once: it does not heal by itself', async () => {
  expect(await reports('token-rejected', null)).toEqual({ said: ['token-rejected'], waits: [] });
});

test('what may pass by itself is asked again every minute', async () => {
  expect(await reports('unreachable', 'poller-conflict', 'session-limit', null)).toEqual({
    said: ['unreachable', 'poller-conflict', 'session-limit', null],
    waits: [60_000, 60_000, 60_000],
  });
});

test('a channel type without a check is left alone', async () => {
  const said: unknown[] = [];
  await watchChannel(account, {
    load: async () => undefined,
    report: (message) => said.push(message),
    wait: async () => undefined,
  });
  expect(said).toEqual([]);
});
