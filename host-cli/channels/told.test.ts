import { expect, test } from 'vitest';
import { nothingTold, readTold } from './told.ts';

test('what an instance tells of a channel is read, times as milliseconds or as text', () => {
  const entry = {
    ...{ name: 'ops', type: 'telegram', serves: 'native', account: '@ops_bot', mode: 'unclaimed' },
    claim: { code: '7KQ-M2X-9RT', link: 'https://t.me/x', expires: '2026-01-01T00:00:00.000Z' },
    owner: { id: '42', name: 'Ada', at: '2025-01-01T00:00:00Z' },
    ...{ allowed: [{ id: '43', by: 'api' }, '44'], fromFile: ['1'] },
    traffic: { lastIn: 0, connectedSince: 1000, waiting: 2, lastError: { at: 2000, text: 'slow' } },
  };
  expect(readTold({ channels: [entry] })).toEqual([
    {
      ...{ name: 'ops', type: 'telegram', serves: 'native', account: '@ops_bot' },
      claim: { code: '7KQ-M2X-9RT', link: 'https://t.me/x', expires: '2026-01-01T00:00:00.000Z' },
      lockedUntil: null,
      owner: { id: '42', name: 'Ada' },
      ...{ allowed: ['43', '44'], fromFile: ['1'], waiting: 2 },
      connectedSince: '1970-01-01T00:00:01.000Z',
      lastIn: '1970-01-01T00:00:00.000Z',
      lastOut: null,
      lastError: { at: '1970-01-01T00:00:02.000Z', text: 'slow' },
    },
  ]);
});

test('what another version leaves out or means otherwise is not known', () => {
  expect(readTold(undefined)).toBeUndefined();
  expect(readTold({ error: {} })).toBeUndefined();
  const odd = { name: 'x', claim: 'no', owner: 5, allowed: {}, traffic: null, locked: 'soon' };
  expect(readTold({ channels: [null, 5, {}, odd] })).toEqual([{ ...nothingTold, name: 'x' }]);
});
