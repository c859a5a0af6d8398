import { describe, expect, test } from 'vitest';
import type { Incoming } from '../../channels/adapter.ts';
import { admit, allowedBy } from './access.ts';

const incoming = (changes: Partial<Incoming> = {}): Incoming => ({
  id: '1',
  to: { chat: 'c' },
  sender: { id: 'U1', name: 'Ada' },
  direct: true,
  mentioned: false,
  text: 'hi',
  files: [],
  ...changes,
});

describe('who may talk', () => {
  const only = allowedBy({ role: 'serve', allowFrom: ['U1'] });

  test('are the ids of the list, by the letter', () => {
    expect(admit(incoming(), only, 'mention')).toBe('served');
    for (const id of ['u1', 'U2', '', '*']) {
      expect(admit(incoming({ sender: { id, name: 'Ada' } }), only, 'all')).toBe('stranger');
    }
  });

  test('is everybody with a star, and nobody where the channel is not served', () => {
    expect(allowedBy({ role: 'serve', allowFrom: ['*'] })('anybody')).toBe(true);
    expect(allowedBy({ role: 'watch', allowFrom: ['*'] })('anybody')).toBe(false);
    expect(allowedBy({ role: 'claim', allowFrom: [] })('anybody')).toBe(false);
  });

  test.each([
    ['off', false, 'ignored'],
    ['off', true, 'ignored'],
    ['mention', false, 'ignored'],
    ['mention', true, 'served'],
    ['all', false, 'served'],
    ['all', true, 'served'],
  ] as const)('in a group with groups: %s, the bot named: %s, is %s', (groups, mentioned, verdict) => {
    expect(admit(incoming({ direct: false, mentioned }), only, groups)).toBe(verdict);
  });
});
