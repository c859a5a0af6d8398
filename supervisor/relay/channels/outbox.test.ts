import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDisk } from './disk.ts';
import { createLine } from './line.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { Part } from './records.ts';
import type { Sender } from './sender.ts';
import { openStore, type Store } from './store/store.ts';

const place = { channel: 'c', conversation: 'k' };
const part: Part = { kind: 'text', to: { chat: '42' }, text: 'x', plain: 'x' };
let folder: string;
let store: Store;
let keys: string[];
let failing: boolean;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-outbox-'));
  store = openStore(folder, () => undefined);
  keys = [];
  failing = false;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function begin(): Outbox {
  const line = createLine();
  const send: Sender['send'] = async (_part, key) => {
    keys.push(key);
    return failing ? { outcome: 'later', uncertain: true, retryAfter: 1 } : undefined;
  };
  line.connect({ send });
  const disk = createDisk(() => undefined);
  return createOutbox({ store, disk, line: () => line, answered: () => undefined, random: () => 0 });
}

function command(id: string): ReturnType<Store['openParts']> {
  return store.keepCommand({ ...place, account: 'a', id }, () => [part]) ?? [];
}

test('a part has one key for all tries, which no other part has, also not one of another store', async () => {
  const outbox = begin();
  failing = true;
  outbox.add(command('1'));
  await expect.poll(() => keys.length).toBeGreaterThan(1);
  failing = false;
  await outbox.settled('k');
  expect(new Set(keys).size).toBe(1);
  outbox.add(command('2'));
  await outbox.settled('k');
  store.close();
  store = openStore(join(folder, 'other'), () => undefined);
  const other = begin();
  other.add(command('1'));
  await other.settled('k');
  expect(new Set(keys).size).toBe(3);
});

test('what is left over from an earlier process has the key that it had there', async () => {
  const outbox = begin();
  failing = true;
  outbox.add(command('1'));
  await expect.poll(() => keys.length).toBeGreaterThan(1);
  await outbox.drain();
  store.close();
  store = openStore(folder, () => undefined);
  failing = false;
  const next = begin();
  next.add(store.openParts('c'));
  await next.settled('k');
  expect(new Set(keys).size).toBe(1);
});

test('what is said beside the store has a key of its own, also after a restart', async () => {
  for (const outbox of [begin(), begin()]) {
    outbox.say(place, part, false);
    await outbox.settled('k');
  }
  expect(new Set(keys).size).toBe(2);
});
