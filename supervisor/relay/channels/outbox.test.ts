import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDisk } from './disk.ts';
import { createLine } from './line.ts';
import { createOutbox } from './outbox.ts';
import type { Part } from './records.ts';
import { openStore } from './store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-outbox-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const part = (text: string): Part => ({ kind: 'text', to: { chat: '1' }, text, plain: text });

test('a reply over which an adapter stumbles each time does not hold up those behind it for ever', async () => {
  const logged: string[] = [];
  const store = openStore(folder, () => undefined);
  const line = createLine();
  const sent: string[] = [];
  line.connect({
    send: async (one) => {
      if (one.kind === 'text' && one.text === 'bad') throw new TypeError('bad is what somebody wrote');
      sent.push(one.kind === 'text' ? one.text : one.name);
      return undefined;
    },
  });
  const outbox = createOutbox({
    store,
    disk: createDisk(
      () => undefined,
      () => undefined,
    ),
    line: () => line,
    log: (_level, msg, fields) => void logged.push(JSON.stringify({ msg, ...fields })),
    answered: () => undefined,
    // No pause between two tries.
    random: () => -1,
  });
  const place = { channel: 'c', conversation: 'k' };
  outbox.say(place, part('bad'), true);
  outbox.say(place, part('good'), true);
  await expect.poll(() => sent).toEqual(['good']);
  expect(logged).toHaveLength(5);
  expect(logged.join()).toContain('TypeError');
  expect(logged.join()).not.toContain('somebody wrote');
  await outbox.drain();
  store.close();
});
