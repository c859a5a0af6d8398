import { expect, test } from 'vitest';
import type { Incoming } from '../../channels/adapter.ts';
import { claimTry, welcome } from './claims.ts';

const message = (text: string, changes: Partial<Incoming> = {}): Incoming => ({
  id: '1',
  to: { chat: '42' },
  sender: { id: '42', name: 'Ada' },
  direct: true,
  mentioned: false,
  text,
  files: [],
  ...changes,
});

test('PID 1 is asked about a code that somebody brings in a direct chat', () => {
  expect(claimTry('telegram', message('/start 7kq-m2x-9rt'))).toEqual({
    kind: 'claim-tried',
    channel: 'telegram',
    sender: { id: '42', name: 'Ada' },
    code: '7KQM2X9RT',
  });
});

test('PID 1 is not asked about other texts, nor about a code in a group', () => {
  expect(claimTry('telegram', message('hello'))).toBeUndefined();
  expect(
    claimTry('telegram', message('/claim 7KQM2X9RT', { direct: false, mentioned: true })),
  ).toBeUndefined();
});

test('the owner is told to wait where the runtime takes the account', () => {
  expect(welcome({ role: 'watch', allowFrom: ['42'] })).toContain('moment');
  expect(welcome({ role: 'serve', allowFrom: ['42'] })).not.toContain('moment');
});
