import { expect, it } from 'vitest';
import { ask, startContainer } from '../helpers/container.ts';
import { until } from '../helpers/docker.ts';

it('a real OpenClaw comes back after kill -9, remembers, answers its last turn and stops with 0', async () => {
  await using container = await startContainer({});
  const began = await container.ready(180_000);
  expect(began.runtime?.version).toBe('2026.9.6');
  expect(await ask(container, 'the word is heron', 'memory')).toContain('the word is heron');

  await container.signal(await container.runtimePid(), 'KILL');
  await until('not ready', async () => ((await container.get('/ready')).status === 503 ? true : undefined));
  const again = await container.ready(180_000);
  expect(again.runtime?.restarts).toBe(1);
  // The session's history lies in the state volume, so the second life knows the first.
  expect(await ask(container, '[[history]] which word?', 'memory')).toContain('the word is heron');

  const last = ask(container, '[[delay 6000]] said at the end', 'last');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await container.stop(90)).toBe(0);
  expect(await last).toContain('said at the end');
  expect(await container.logs()).not.toContain('said at the end');
});
