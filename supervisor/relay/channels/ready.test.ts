import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBell } from './bell.ts';
import type { Post } from './post.ts';
import { createReady } from './ready.ts';
import { words } from './words.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
const message = { channel: 'c', conversation: 'k', seq: 1, tries: 0, bytes: 1 };

function setUp(wanted = true) {
  const said: unknown[] = [];
  let refusal: 'unavailable' | 'draining' | undefined = 'unavailable';
  const bell = createBell();
  const posts = new Map([
    ['c', { opened: { format: () => [{ kind: 'text', text: 'x', plain: 'x' }] } } as unknown as Post],
  ]);
  const ready = createReady({
    turns: { refusal: () => refusal },
    posts,
    store: { message: () => ({ wanted, to: { chat: '42' } }) } as never,
    outbox: { settled: async () => undefined, say: (...all: unknown[]) => void said.push(all) } as never,
    bell,
  });
  return {
    said,
    ready,
    serve: (now: typeof refusal) => {
      refusal = now;
      bell.ring();
    },
  };
}

test('who waits for a runtime that starts is told after ten seconds, once, and answered when it serves', async () => {
  const { said, ready, serve } = setUp();
  let over = false;
  const wait = ready.wait(message, never).then(() => (over = true));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(said).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toHaveLength(1);
  expect(over).toBe(false);
  serve(undefined);
  await wait;
  expect(words.starting).toContain('kept');
});

test('the next message of the same outage is not told again, that of the next outage is', async () => {
  const { said, ready, serve } = setUp();
  const waits = [ready.wait(message, never), ready.wait({ ...message, seq: 2 }, never)];
  await vi.advanceTimersByTimeAsync(20_000);
  expect(said).toHaveLength(1);
  serve(undefined);
  await Promise.all(waits);
  serve('unavailable');
  const again = ready.wait(message, never);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(said).toHaveLength(2);
  serve(undefined);
  await again;
});

test('a group that the bot overhears is told nothing, nor is anybody when the end has begun', async () => {
  const overheard = setUp(false);
  void overheard.ready.wait(message, never);
  const ending = setUp();
  ending.serve('draining');
  void ending.ready.wait(message, never);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([...overheard.said, ...ending.said]).toEqual([]);
});

test('the end of the relay ends the wait', async () => {
  const { ready } = setUp();
  const end = new AbortController();
  const wait = ready.wait(message, end.signal);
  end.abort();
  await expect(wait).rejects.toThrow();
});
