import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Incoming } from '../../channels/adapter.ts';
import { createDisk } from './disk.ts';
import { createIntake } from './intake.ts';
import { createPost } from './post.ts';
import type { OpenMessage } from './records.ts';
import { openStore, type Store } from './store/store.ts';
import { words } from './words.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawden-intake-'));
  store = openStore(folder, () => undefined);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An intake whose messages wait and are never answered. */
function setUp(waiting: { messages: number; bytes: number; here: number }) {
  const told: unknown[] = [];
  const full: boolean[] = [];
  const added: OpenMessage[] = [];
  const nothing = (): void => undefined;
  const traffic = { received: nothing, connectedSince: () => undefined } as never;
  const post = createPost(
    {
      ...{ name: 'c', type: 't', fields: {}, secrets: {}, groups: 'mention' },
      access: { role: 'serve', allowFrom: ['1'] },
    },
    traffic,
    { add: nothing },
  );
  const intake = createIntake({
    ...{ instance: 'i', runtime: 'r', turns: { refusal: () => undefined }, store },
    disk: createDisk(nothing, nothing),
    outbox: { say: (_place: unknown, part: { text: string }) => told.push(part.text), add: nothing } as never,
    conversations: {
      waiting: () => waiting,
      waitingIn: () => waiting.here,
      running: () => false,
      add: (message: OpenMessage) => added.push(message),
      stop: nothing,
    } as never,
    full: (is) => full.push(is),
  });
  const take = (id: string, changes: Partial<Incoming> = {}) =>
    intake(post, {
      ...{ id, to: { chat: '1' }, sender: { id: '1', name: 'Ada' }, direct: true, mentioned: false },
      ...{ text: 'hi', files: [] },
      ...changes,
    });
  return { told, full, added, take };
}

test('a hundred messages of one conversation may wait; the next is not taken, said once, and holds nobody', () => {
  const waiting = { messages: 100, bytes: 1, here: 99 };
  const { take, told, added } = setUp(waiting);
  expect(take('a')).toBe('kept');
  waiting.here = 100;
  expect([take('b'), take('c')]).toEqual(['crowded', 'crowded']);
  expect(told).toEqual([words.conversationFull]);
  expect(added).toHaveLength(1);
  // The platform brings one again that is kept.
  expect(take('a')).toBe('waiting');
});

test.each([
  ['ten thousand messages', { messages: 10_000, bytes: 1, here: 1 }],
  ['64 MiB of messages', { messages: 1, bytes: 64 * 2 ** 20, here: 1 }],
])(
  'when %s wait none is acknowledged, the reason is told, and it ends with the next one that is taken',
  (_what, waiting) => {
    const { take, told, full } = setUp(waiting);
    expect([take('a'), take('b')]).toEqual(['refused', 'refused']);
    expect([told, full]).toEqual([[words.full], [true, true]]);
    Object.assign(waiting, { messages: 1, bytes: 1 });
    expect(take('a')).toBe('kept');
    expect(full.at(-1)).toBe(false);
  },
);

test('a command is answered although nothing more is taken', () => {
  const { take } = setUp({ messages: 10_000, bytes: 1, here: 100 });
  expect(take('a', { text: '/stop' })).toBe('kept');
  expect(take('a', { text: '/stop' })).toBe('repeated');
  expect(store.openParts('c')).toHaveLength(1);
});
