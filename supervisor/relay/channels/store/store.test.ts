import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Message } from '../records.ts';
import { createDatabase, StoreFailed } from './database.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
let store: Store;
const logged: string[] = [];
const open = (): Store => openStore(folder, (_level, msg) => logged.push(msg));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-store-'));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
  logged.length = 0;
});

const arrival = (id: string, more: object = {}) => ({
  ...{ channel: 'c', conversation: 'k', account: 'a', id },
  ...more,
});
const message = (text: string): Message => ({
  to: { chat: '42' },
  sender: { id: '1', name: 'Ada' },
  wanted: true,
  group: false,
  session: 's',
  text,
  files: [],
});
const part = (text: string) => ({ kind: 'text', to: { chat: '42' }, text, plain: text }) as const;

test('a message is kept once for each account', () => {
  expect(store.keep(arrival('1'), message('x'))).toMatchObject({ tries: 0, channel: 'c', conversation: 'k' });
  expect(store.keep(arrival('1'), message('x'))).toBeUndefined();
  expect(store.keep(arrival('1', { account: 'b' }), message('x'))).toBeDefined();
  expect(store.keep(arrival('1'.repeat(100_000)), message('x'))).toBeDefined();
});

test('so many answered messages of a channel are remembered, and not many more; what waits always is', () => {
  store.close();
  store = openStore(folder, () => undefined, 100);
  const waiting = store.keep(arrival('waits'), message('waits'));
  for (let n = 0; n < 1_100; n += 1) {
    const kept = store.keep(arrival(`${n}`), message('x'));
    if (kept) store.answered(kept, []);
  }
  expect(store.seen(arrival('0'))).toBe(undefined);
  expect(store.seen(arrival('1000'))).toBe('repeated');
  expect(store.openMessages('c')).toEqual([waiting]);
});

test('a reply takes the place of its message, and of a message that was dropped nothing comes', () => {
  const kept = store.keep(arrival('1'), message('x'));
  const dropped = store.keep(arrival('2'), message('y'));
  if (!kept || !dropped) throw new Error('not kept');
  expect(store.answered(kept, [part('one'), part('two')])).toHaveLength(2);
  expect(store.drop('k')).toEqual([{ chat: '42' }]);
  expect(store.answered(dropped, [part('late')])).toBeUndefined();
  expect(store.openParts('c')).toEqual([]);
});

test('a stop does not drop the answer to a command', () => {
  store.keepCommand(arrival('1'), () => [part('help')]);
  expect(store.keepCommand(arrival('1'), () => [part('help')])).toBeUndefined();
  store.drop('k');
  expect(store.openParts('c')).toHaveLength(1);
});

test('what fails half way has not happened', () => {
  const fails = (): never => {
    throw new Error('in the middle');
  };
  expect(() => store.keepCommand(arrival('1'), fails)).toThrow(StoreFailed);
  expect(store.seen(arrival('1'))).toBe(undefined);
  expect(store.keep(arrival('1'), message('x'))).toBeDefined();
});

test('a full disk is said, loses nothing that was kept, and is over when there is room', () => {
  const database = createDatabase(mkdtempSync(join(folder, 'full-')), () => undefined);
  database.run('CREATE TABLE t (x TEXT)');
  database.get('PRAGMA max_page_count = 20');
  const insert = (): unknown =>
    database.together(() => database.run('INSERT INTO t VALUES (?)', 'x'.repeat(2_000)));
  expect(() => {
    for (let n = 0; n < 100; n += 1) insert();
  }).toThrow(/full/);
  const kept = database.get('SELECT count(*) AS n FROM t')?.['n'];
  expect(kept).toBeGreaterThan(5);
  database.get('PRAGMA max_page_count = 1000');
  insert();
  expect(database.get('SELECT count(*) AS n FROM t')?.['n']).toBe(Number(kept) + 1);
  database.close();
});

test('a file that is damaged while it is open is replaced, and no number is given twice', () => {
  let last = 0;
  for (let n = 0; n < 500; n += 1) last = store.keep(arrival(`${n}`), message('x'.repeat(20_000)))?.seq ?? 0;
  store.close();
  const path = join(folder, 'queue.db');
  store = open();
  store.keep(arrival('warm'), message('x'));
  // The head stays whole; what is behind it is not.
  const garbage = Buffer.alloc(statSync(path).size - 8_192, 0x5a);
  const handle = openSync(path, 'r+');
  writeSync(handle, garbage, 0, garbage.length, 8_192);
  closeSync(handle);
  expect(() => {
    for (let seq = 1; seq <= last; seq += 1) store.message(seq);
  }).toThrow(StoreFailed);
  expect(logged.join()).toContain('set aside');
  expect(store.keep(arrival('after'), message('x'))?.seq).toBeGreaterThan(last);
});

test('a note is of one account, and the last one counts', () => {
  expect(store.note('a')).toBeUndefined();
  store.setNote('a', 'one');
  store.setNote('a', 'two');
  expect([store.note('a'), store.note('b')]).toEqual(['two', undefined]);
});

test('a store of a newer release is set aside', () => {
  store.keep(arrival('1'), message('x'));
  store.close();
  const database = new DatabaseSync(join(folder, 'queue.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  store = open();
  expect(store.openMessages('c')).toEqual([]);
  expect(readdirSync(folder)).toContain('queue.db.set-aside');
});

test('rows that somebody else has written are no reason to fall over', () => {
  store.keep(arrival('1'), message('x'));
  store.close();
  const database = new DatabaseSync(join(folder, 'queue.db'));
  database.exec(`UPDATE incoming SET message = 'no json'`);
  database.close();
  store = open();
  const [row] = store.openMessages('c');
  expect(store.message(row?.seq ?? 0)).toBeUndefined();
});

test('two relays at once cannot share a store', () => {
  store.keep(arrival('1'), message('x'));
  const other = open();
  expect(() => other.keep(arrival('2'), message('x'))).toThrow(StoreFailed);
});
