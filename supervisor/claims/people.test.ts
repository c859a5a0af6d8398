import { expect, test } from 'vitest';
import type { ChannelPlan } from '../../runtimes/contract.ts';
import { allowing, claimedBy, revoking, withPeople } from './people.ts';
import { nobody } from './record.ts';

const at = '2026-01-01T00:00:00.000Z';
const owned = claimedBy(nobody, { id: '42', name: 'Ada' }, at);
const channel = (allowFrom: readonly string[]): ChannelPlan => ({
  name: 'one',
  type: 'telegram',
  mode: allowFrom.length > 0 ? 'native' : 'unclaimed',
  serves: 'native',
  groups: 'mention',
  fields: {},
  secrets: {},
  allowFrom,
});

test('those of the file, the owner and those who were allowed may talk, each once', () => {
  const record = allowing(owned, '43', 'api', at);
  expect(withPeople(channel(['1', '42']), record).allowFrom).toEqual(['1', '42', '43']);
  expect(withPeople(channel([]), record)).toMatchObject({ mode: 'native', allowFrom: ['42', '43'] });
  expect(withPeople(channel(['*']), record).allowFrom).toEqual(['*']);
  expect(withPeople(channel([]), nobody)).toMatchObject({ mode: 'unclaimed', allowFrom: [] });
});

test('who may talk already is not allowed a second time, and who may not cannot be revoked', () => {
  expect(allowing(owned, '42', 'api', at)).toBe(owned);
  expect(revoking(owned, '43')).toBe(owned);
});

test('the owner can be revoked, and the others stay', () => {
  const record = allowing(owned, '43', 'api', at);
  expect(revoking(record, '42')).toEqual({ allowed: [{ id: '43', by: 'api', at }] });
  expect(revoking(record, '43')).toEqual(owned);
});

test('a name that paints the terminal, hides a line or has a megabyte is made readable', () => {
  const name = `\u001b[2J\u202eAda\n${'x'.repeat(1_000_000)}`;
  const { owner } = claimedBy(nobody, { id: '42', name }, at);
  expect(owner?.name).toMatch(/^\[2J Ada x{60,80}$/);
});
