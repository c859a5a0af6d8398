import { expect, test } from 'vitest';
import { runKills } from './kills.ts';

test('20 kills of the relay and 20 of the runtime lose no message and answer none twice without a mark', async () => {
  const report = await runKills(40, 60);
  expect(report.kills).toEqual({ relay: 20, runtime: 20 });
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report).toMatchObject({ unanswered: [], twice: [], askedTwice: [], disorder: [], mixedUp: [] });
  // Otherwise no kill hit anything.
  expect(report.marked.askedAgain).toBeGreaterThan(0);
});
