import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Rendered, RuntimeDescriptor } from '../../../runtimes/contract.ts';
import { descriptor } from '../../../runtimes/openclaw/descriptor.ts';
import { readStat } from '../../../supervisor/process/proc.ts';
import { start } from '../../../supervisor/process/spawn.ts';
import { systemClock } from '../../../supervisor/supervise/clock.ts';
import type { ManagedProcess } from '../../../supervisor/supervise/ports.ts';
import { type SupervisedRuntime, superviseRuntime } from '../../../supervisor/supervise/runtime.ts';
import type { Death } from '../../../supervisor/supervise/runtime-ports.ts';

/** The schedule of the image, a hundred times as fast with a lower cap, and without an end. */
const policy = { backoffBase: 5, backoffCap: 30, budget: 10_000, window: 1_000, requestedBudget: 10_000 };
const program: RuntimeDescriptor = {
  ...descriptor,
  probes: {
    ...descriptor.probes,
    ready: { path: '/', expect: {}, timeout: 100 },
    live: { path: '/', expect: {}, timeout: 100 },
    readyInterval: 5,
    liveInterval: 10,
    liveFailures: 3,
  },
  exits: [{ class: 'restart-request', codes: [0] }],
  restart: policy,
};
const script = new URL('../../fakes/only-one.sh', import.meta.url).pathname;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** mulberry32: the same kills again for the same seed. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface World {
  readonly supervised: SupervisedRuntime;
  readonly deaths: (Death & { readonly at: number })[];
  readonly spawns: { readonly pid: number; readonly at: number; readonly kill: ManagedProcess['signal'] }[];
  readonly noted: (file: 'starts' | 'violations' | 'ready') => string[];
  readonly end: () => void;
}

function world(random: () => number, startSeconds: string): World {
  const folder = mkdtempSync(join(tmpdir(), 'clawden-kills-'));
  folders.push(folder);
  const groups: (() => void)[] = [];
  const noted: World['noted'] = (file) => {
    try {
      return readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
  };
  const rendered: Rendered = {
    files: [],
    environment: {},
    argv: ['/bin/sh', script, folder, startSeconds],
    workingDirectory: '/',
    warnings: [],
    validators: [],
    endpoint: { host: '127.0.0.1', port: 1, bearer: '' },
  };
  const state: World = {
    deaths: [],
    spawns: [],
    noted,
    end: () => {
      for (const group of groups) group();
    },
    supervised: superviseRuntime(program, {
      clock: systemClock,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      random,
      memory: () => ({}),
      probe: () =>
        Promise.resolve(
          noted('ready')[0] === String(state.spawns.at(-1)?.pid)
            ? { kind: 'healthy', body: {} }
            : { kind: 'silent', reason: 'refused' },
        ),
      failureLines: () => [],
      idle: () => Promise.resolve(),
      // As the real one, it takes a moment: a stop may come while it is at work.
      prepare: () => systemClock.sleep(random() * 4).then(() => rendered),
      spawn: () => {
        const child = start({
          argv: ['/bin/sh', script, folder, startSeconds],
          env: { PATH: '/usr/bin:/bin' },
          cwd: '/',
          onLine: () => {},
        });
        const managed: ManagedProcess = {
          pid: child.pid ?? 0,
          exited: child.exited,
          signal: (signal) => void child.signal(signal),
          signalGroup: (signal) => void child.signalGroup(signal),
          groupGone: (limit) => child.groupGone(limit),
          lastLines: () => [],
        };
        groups.push(() => child.signalGroup('SIGKILL'));
        state.spawns.push({ pid: managed.pid, at: performance.now(), kill: managed.signal });
        return managed;
      },
      changed: () => {},
      died: (death) => void state.deaths.push({ ...death, at: performance.now() }),
    }),
  };
  return state;
}

/** What the docs say of the wait before the next start. */
function documented(deaths: readonly Death[]): void {
  for (const { class: exitClass, restartIn = -1, count } of deaths) {
    if (exitClass === 'restart-request') {
      expect(restartIn).toBe(0);
      continue;
    }
    const wait = Math.min(policy.backoffCap, policy.backoffBase * 2 ** (count - 1));
    expect(restartIn).toBeGreaterThanOrEqual(Math.floor(wait * 0.8));
    expect(restartIn).toBeLessThanOrEqual(Math.ceil(wait * 1.2));
  }
}

const seed = Number(process.env['CLAWDEN_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`a runtime killed 200 times at random moments is never there twice and never stays away (CLAWDEN_TEST_SEED=${seed})`, async () => {
  const random = seeded(seed);
  const w = world(random, '0.01');
  const moments = new Map<string, number>();
  w.supervised.start();
  try {
    while (w.deaths.filter((death) => death.class !== 'restart-request').length < 200) {
      await systemClock.sleep(random() ** 2 * 40);
      const { state } = w.supervised.view();
      const child = w.spawns.at(-1);
      const kind = random();
      // Some are killed while they are on their way out to be started again; in the backoff nobody is there to hit.
      if (kind < 0.4) child?.kill('SIGUSR1');
      if (kind > 0.2) child?.kill(kind < 0.8 ? 'SIGKILL' : kind < 0.9 ? 'SIGSEGV' : 'SIGSTOP');
      moments.set(state, (moments.get(state) ?? 0) + 1);
    }
    // Whatever came last, it gets up again: no start is lost.
    await expect.poll(() => w.supervised.view().serving, { timeout: 20_000 }).toBe(true);
  } finally {
    await w.supervised.stop(2_000);
    w.end();
  }
  expect(w.noted('violations')).toEqual([]);
  expect(w.spawns.length).toBe(w.deaths.length + 1);
  expect(w.supervised.view()).toMatchObject({ state: 'stopped', restarts: w.deaths.length });
  documented(w.deaths);
  w.deaths.forEach((death, index) => {
    expect((w.spawns[index + 1]?.at ?? 0) - death.at).toBeGreaterThanOrEqual((death.restartIn ?? 0) - 1);
  });
  for (const { pid } of w.spawns) expect(readStat(pid)?.name ?? 'gone').not.toBe('sh');
  // The moments were as various as the title says.
  for (const state of ['starting', 'running', 'backoff']) expect(moments.get(state) ?? 0).toBeGreaterThan(5);
  expect(w.deaths.some((death) => death.class === 'restart-request')).toBe(true);
});

test(`a stop at any moment, kills before and after it, ends in silence (CLAWDEN_TEST_SEED=${seed})`, async () => {
  const random = seeded(seed + 1);
  const met = new Map<string, number>();
  for (let round = 0; round < 40; round += 1) {
    const w = world(random, '0.01');
    w.supervised.start();
    try {
      if (random() < 0.5) {
        await systemClock.sleep(random() * 30);
        w.spawns.at(-1)?.kill(random() < 0.7 ? 'SIGKILL' : random() < 0.5 ? 'SIGUSR1' : 'SIGUSR2');
      }
      await systemClock.sleep(random() * 50);
      const { state } = w.supervised.view();
      met.set(state, (met.get(state) ?? 0) + 1);
      const stopped = w.supervised.stop(100);
      if (random() < 0.5) {
        await systemClock.sleep(random() * 20);
        w.spawns.at(-1)?.kill('SIGKILL');
      }
      await stopped;
      const spawned = w.spawns.length;
      await systemClock.sleep(15);
      expect(w.supervised.view().state).toBe('stopped');
      expect(w.spawns.length).toBe(spawned);
      expect(w.noted('violations')).toEqual([]);
      for (const { pid } of w.spawns) expect(readStat(pid)?.name ?? 'gone').not.toBe('sh');
    } finally {
      w.end();
    }
  }
  for (const state of ['starting', 'running']) expect(met.get(state) ?? 0).toBeGreaterThan(0);
});
