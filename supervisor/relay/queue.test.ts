import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createQueue } from './queue.ts';

const never = new AbortController().signal;

test('one key is held by one at a time, in the order of arrival', async () => {
  const queue = createQueue();
  const log: string[] = [];
  const job = async (name: string): Promise<void> => {
    const leave = await queue.enter('s', never);
    log.push(`${name} in`);
    await sleep(5);
    log.push(`${name} out`);
    leave();
  };
  await Promise.all([job('a'), job('b'), job('c')]);
  expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('different keys do not wait for each other', async () => {
  const queue = createQueue();
  await queue.enter('one', never);
  await expect(queue.enter('two', never)).resolves.toBeTypeOf('function');
});

test('who gives up while waiting does not let the next one in too early', async () => {
  const queue = createQueue();
  const leaveFirst = await queue.enter('s', never);
  const impatient = new AbortController();
  const second = queue.enter('s', impatient.signal);
  let thirdIsIn = false;
  const third = queue.enter('s', never).then((leave) => {
    thirdIsIn = true;
    leave();
  });
  impatient.abort();
  await expect(second).rejects.toThrow();
  await sleep(5);
  expect(thirdIsIn).toBe(false);
  leaveFirst();
  await third;
});

test('a key is free again after everyone has left', async () => {
  const queue = createQueue();
  (await queue.enter('s', never))();
  (await queue.enter('s', never))();
  await expect(queue.enter('s', never)).resolves.toBeTypeOf('function');
});
