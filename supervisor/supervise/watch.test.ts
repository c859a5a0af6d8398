import { expect, test } from 'vitest';
import type { Probes } from '../../runtimes/contract.ts';
import type { ProbeTarget } from './probe.ts';
import { watch } from './watch.ts';

const probes: Probes = {
  ready: { path: '/ready', expect: { status: 'ready' }, timeout: 1, bearer: true, pidKey: 'pid' },
  live: { path: '/live', expect: { runtime: { up: true } }, timeout: 1, pidKey: 'runtime.pid' },
  channels: { path: '/channels', timeout: 1, bearer: true, failing: () => [] },
  startDeadline: 1,
  readyInterval: 1,
  liveInterval: 1,
  liveFailures: 1,
};

test('a probe asks with the bearer token only where it is needed, and for the pid of our own process', async () => {
  const asked: ProbeTarget[] = [];
  const over = new AbortController();
  const nothing = (): void => undefined;
  await watch(
    probes,
    { pid: 42, port: 4002, bearer: 'token-of-this-start' },
    { ready: nothing, unready: nothing, looked: () => over.abort(), hung: nothing, channels: nothing },
    {
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      probe: (target) => {
        asked.push(target);
        return Promise.resolve({ kind: 'healthy', body: {} });
      },
    },
    over.signal,
  );
  expect(asked.slice(0, 3)).toEqual([
    {
      port: 4002,
      path: '/ready',
      timeout: 1,
      expect: { status: 'ready', pid: 42 },
      bearer: 'token-of-this-start',
    },
    { port: 4002, path: '/channels', timeout: 1, expect: {}, bearer: 'token-of-this-start' },
    { port: 4002, path: '/live', timeout: 1, expect: { runtime: { up: true, pid: 42 } } },
  ]);
});
