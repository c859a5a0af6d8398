import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { qrLines } from './qr.ts';
import type { ChannelRow } from './row.ts';
import { nothingTold } from './told.ts';
import { channelsTable } from './view.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const colors = picocolors.createColors(false);
const row = (changes: Partial<ChannelRow>): ChannelRow => {
  const { name: _, ...told } = nothingTold;
  return {
    ...told,
    ...{ instance: 'work', runtime: 'openclaw', channel: 'ops', type: 'slack', account: '@ops' },
    ...{ badge: 'proxied', mode: 'relayed', state: 'up', reason: null, advice: null, source: 'container' },
    ...changes,
  };
};
const shown = (...rows: readonly ChannelRow[]): readonly string[] =>
  channelsTable(rows, { width: undefined, colors, now });

test('since when it is connected and when something came and went stand in columns of their own', () => {
  const busy = row({
    connectedSince: '2025-12-31T21:00:00Z',
    lastIn: '2025-12-31T23:58:00Z',
    lastOut: '2025-12-31T23:58:03Z',
    waiting: 2,
  });
  expect(shown(busy)).toEqual([
    'INSTANCE  CHANNEL  TYPE   ACCOUNT  BADGE    STATE  SINCE  IN      OUT         REASON',
    'work      ops      slack  @ops     proxied  up     3h     2m ago  1m 57s ago  2 messages wait',
  ]);
});

test('where none of the channels tells that, these columns are left out', () => {
  expect(shown(row({ badge: 'native' }))).toEqual([
    'INSTANCE  CHANNEL  TYPE   ACCOUNT  BADGE   STATE  REASON',
    'work      ops      slack  @ops     native  up',
  ]);
});

test('a channel whose code was guessed at too often is not said to wait for a code', () => {
  const unclaimed = {
    badge: 'unclaimed',
    state: 'unclaimed',
    reason: 'unclaimed',
    advice: 'send it',
  } as const;
  expect(shown(row({ ...unclaimed, lockedUntil: '2026-01-01T00:15:00Z' }))[1]).toMatch(
    / its code was guessed at too often$/,
  );
});

test('the last error is shown once it is over; as long as it lasts the reason says it', () => {
  const lastError = { at: '2025-12-31T23:55:00Z', text: 'slack.com does not answer' };
  expect(shown(row({ lastError }))[1]).toMatch(/ 5m ago: slack.com does not answer$/);
  const down = row({ lastError, state: 'down', badge: 'down', reason: 'unreachable', advice: 'wait' });
  expect(shown(down)[1]).toMatch(/ unreachable: wait$/);
});

test('the code is offered only for a channel that hears it', () => {
  const claim = { code: '7KQ-M2X-9RT', link: null, expires: null };
  const waits = { claim, state: 'unclaimed', badge: 'unclaimed', advice: 'write the right token' } as const;
  expect(shown(row({ ...waits, reason: 'unclaimed' }))[1]).toMatch(/ send it the code below$/);
  expect(shown(row({ ...waits, reason: 'token-rejected' }))[1]).toMatch(
    / token-rejected: write the right token$/,
  );
});

test('a link becomes a QR code that stands right on any terminal, where there is room for it', async () => {
  const link = 'https://t.me/ops_bot?start=7KQM2X9RT';
  const drawn = await qrLines(link, 80, colors);
  // Version 3: 29 modules and two on each side, two of them in a line.
  expect(drawn?.map((line) => line.length)).toEqual(Array(17).fill(33));
  expect(await qrLines(link, 32, colors)).toBeUndefined();
  const painted = await qrLines(link, 80, picocolors.createColors(true));
  expect(painted?.[0]).toMatch(/^\u001b\[40m\u001b\[97m/);
});
