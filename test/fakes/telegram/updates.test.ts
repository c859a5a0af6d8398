import { expect, test } from 'vitest';
import { UpdateQueue } from './updates.ts';

function poll(queue: UpdateQueue, gone: AbortSignal): Promise<unknown> {
  const request = { offset: 0, limit: 100, timeout: 30, allowed: undefined, gone };
  return queue.poll(request).catch((error: unknown) => error);
}

test('a poll whose client is seen hanging up only after the next poll came is no second bot', async () => {
  const queue = new UpdateQueue();
  const [late, other] = [new AbortController(), new AbortController()];
  const first = poll(queue, late.signal);
  const second = poll(queue, other.signal);
  setTimeout(() => late.abort(), 5);
  expect(await first).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(queue.maxPolls).toBe(1);
  other.abort();
  await second;
});

test('a third poll ends the second as the second ended the first', async () => {
  const queue = new UpdateQueue();
  const { signal } = new AbortController();
  const first = poll(queue, signal);
  const second = poll(queue, signal);
  expect(await first).toMatchObject({ code: 409 });
  const third = poll(queue, signal);
  expect(await second).toMatchObject({ code: 409 });
  queue.push({ poll: undefined } as never);
  expect(await third).toMatchObject([{ update_id: 1 }]);
  expect(queue.maxPolls).toBe(2);
});
