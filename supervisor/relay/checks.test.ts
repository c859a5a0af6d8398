import { expect, test } from 'vitest';
import type { ChannelReason } from '../../runtimes/contract.ts';
import { checkAccount } from './checks.ts';

const account = { name: 'support', type: 'telegram', fields: {}, secrets: {} };

async function reports(
  ...reasons: (ChannelReason | null)[]
): Promise<{ said: unknown[]; waits: number[]; good: boolean }> {
  const said: unknown[] = [];
  const waits: number[] = [];
  const tools = {
    load: async () => async () => ({ reason: reasons.shift() ?? null, account: '@bot' }),
    report: (_name: string, reason: ChannelReason | null) => void said.push(reason),
    wait: async (ms: number) => void waits.push(ms),
  };
  const good = await checkAccount(account, tools, new AbortController().signal);
  return { said, waits, good };
}

test('a good account is asked once', async () => {
  expect(await reports(null)).toEqual({ said: [null], waits: [], good: true });
});

test('a rejected token is asked once: it does not heal by itself', async () => {
  expect(await reports('token-rejected', null)).toEqual({ said: ['token-rejected'], waits: [], good: false });
});

test('what may pass by itself is asked again every minute', async () => {
  expect(await reports('poller-conflict', 'session-limit', null)).toEqual({
    said: ['poller-conflict', 'session-limit', null],
    waits: [60_000, 60_000],
    good: true,
  });
});

test('permissions that are given at the platform are seen without a start', async () => {
  expect(await reports('missing-scope', null)).toEqual({
    said: ['missing-scope', null],
    waits: [60_000],
    good: true,
  });
});

test('a network that comes up late is found within seconds, and is not asked too often', async () => {
  const down = Array.from({ length: 6 }, () => 'unreachable' as const);
  expect((await reports(...down)).waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('a channel type without a check is good as far as anybody knows', async () => {
  const said: unknown[] = [];
  const tools = {
    load: async () => undefined,
    report: (name: string) => void said.push(name),
    wait: async () => undefined,
  };
  expect(await checkAccount(account, tools, new AbortController().signal)).toBe(true);
  expect(said).toEqual([]);
});
