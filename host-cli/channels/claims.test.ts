import { expect, test } from 'vitest';
import { claimLines, type Waiting } from './claims.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const waiting = (changes: Partial<Waiting>): Waiting => ({
  ...{ channel: 'ops', instance: 'work', account: '@ops_bot', lockedUntil: null },
  claim: { code: '7KQ-M2X-9RT', link: null, expires: '2026-01-01T00:45:30Z' },
  ...changes,
});

test('a code comes with whom to send it to, and how long it lasts', () => {
  expect(claimLines(waiting({}), now)).toEqual([
    'ops of work waits for its owner: send @ops_bot this in a direct message within 45m 30s',
    '  7KQ-M2X-9RT',
  ]);
});

test('where there is a link it comes first', () => {
  const claim = { code: '7KQ-M2X-9RT', link: 'https://t.me/ops_bot?start=7KQM2X9RT', expires: null };
  expect(claimLines(waiting({ claim }), now)).toEqual([
    'ops of work waits for its owner: open this, or send @ops_bot the code',
    '  https://t.me/ops_bot?start=7KQM2X9RT',
    '  7KQ-M2X-9RT',
  ]);
});

test('without a code the next step is told', () => {
  const locked = waiting({ claim: null, lockedUntil: '2026-01-01T00:10:00Z' });
  const [first, second] = claimLines(locked, now);
  expect(first).toBe(
    'ops of work waits for its owner; its code was guessed at too often, the next one comes in 10m',
  );
  expect(second).toMatch(/ channels reset work ops$/);
  expect(claimLines(waiting({ claim: null }), now).join()).toMatch(/ logs work --tail 50$/);
});
