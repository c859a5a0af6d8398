import { describe, expect, it } from 'vitest';
import type { Rendered } from '../../runtimes/contract.ts';
import { descriptor } from '../../runtimes/openclaw/descriptor.ts';
import type { Exit } from '../process/exit.ts';
import type { Clock, Log, ManagedProcess } from './ports.ts';
import type { ProbeResult } from './probe.ts';
import { type Death, type SupervisedRuntime, superviseRuntime } from './runtime.ts';

/** Time that moves only when a test says so. */
function fakeClock(): Clock & { readonly advance: (by: number) => Promise<void> } {
  let now = 0;
  let waiting: { at: number; wake: () => void }[] = [];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (delay, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        waiting.push({ at: now + delay, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    async advance(by) {
      const end = now + by;
      for (;;) {
        await settle();
        const due = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        waiting = waiting.filter((entry) => entry !== due);
        now = Math.max(now, due.at);
        due.wake();
      }
      now = end;
      await settle();
    },
  };
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const rendered: Rendered = {
  files: [],
  environment: {},
  argv: ['program'],
  workingDirectory: '/',
  warnings: [],
  validators: [],
  endpoint: { host: '127.0.0.1', port: 1, bearer: 'b' },
};

interface Bench {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly supervised: SupervisedRuntime;
  readonly deaths: Death[];
  readonly spawned: { readonly end: (exit: Exit) => void; readonly signals: string[] }[];
  probeAnswer: ProbeResult;
  deaf: boolean;
  kills: number;
  alive: number;
  mostAlive: number;
  failureLines: readonly string[];
}

function bench(): Bench {
  const clock = fakeClock();
  const deaths: Death[] = [];
  const spawned: Bench['spawned'] = [];
  const supervised = superviseRuntime(descriptor, {
    clock,
    log: silent,
    random: () => 0.5,
    memory: () => ({ kills: state.kills }),
    probe: () => Promise.resolve(state.probeAnswer),
    prepare: () => Promise.resolve(rendered),
    spawn: () => fakeProcess(),
    failureLines: () => state.failureLines,
    changed: () => {},
    died: (death) => void deaths.push(death),
  });
  const state: Bench = {
    clock,
    supervised,
    deaths,
    spawned,
    probeAnswer: { kind: 'healthy', body: { failing: ['telegram'] } },
    deaf: false,
    kills: 0,
    alive: 0,
    mostAlive: 0,
    failureLines: [],
  };
  function fakeProcess(): ManagedProcess {
    const exited = Promise.withResolvers<Exit>();
    const signals: string[] = [];
    state.alive += 1;
    state.mostAlive = Math.max(state.mostAlive, state.alive);
    let over = false;
    const end = (exit: Exit): void => {
      if (over) return;
      over = true;
      state.alive -= 1;
      exited.resolve(exit);
    };
    spawned.push({ end, signals });
    return {
      pid: spawned.length,
      exited: exited.promise,
      signal: (signal) => {
        signals.push(signal);
        if (signal === 'SIGKILL') end({ kind: 'signal', signal });
        else if (!state.deaf) end({ kind: 'code', code: 0 });
      },
      signalGroup: () => {},
      lastLines: () => ['last words'],
    };
  }
  return state;
}

describe('a supervised runtime', () => {
  it('is serving once its own probe says so', async () => {
    const b = bench();
    b.probeAnswer = { kind: 'silent', reason: 'refused' };
    b.supervised.start();
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({ state: 'starting', serving: false });
    b.probeAnswer = { kind: 'healthy', body: { failing: ['telegram'] } };
    await b.clock.advance(1000);
    expect(b.supervised.view()).toMatchObject({
      state: 'running',
      serving: true,
      failingChannels: ['telegram'],
    });
  });

  it('comes back after a crash, later each time, and is given up in the end', async () => {
    const b = bench();
    b.supervised.start();
    for (const delay of [500, 1000, 2000, 4000, 8000]) {
      await b.clock.advance(1);
      b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
      await b.clock.advance(delay - 1);
      expect(b.supervised.view().state).toBe('backoff');
      await b.clock.advance(1);
    }
    b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
    expect(await b.supervised.failed).toMatchObject({ class: 'crash', count: 6, lastLines: ['last words'] });
    expect(b.supervised.view()).toMatchObject({ state: 'failed', restarts: 5 });
    expect(b.mostAlive).toBe(1);
  });

  it('knows a reason that the runtime wrote to a file of its own', async () => {
    const b = bench();
    b.failureLines = ['Error: EADDRINUSE'];
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned.at(-1)?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    expect(b.deaths).toMatchObject([
      { class: 'port-in-use', lastLines: ['last words', 'Error: EADDRINUSE'] },
    ]);
  });

  it('does not loop over a configuration that the runtime refuses', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 78 });
    expect(await b.supervised.failed).toMatchObject({ class: 'config' });
    expect(b.spawned).toHaveLength(1);
  });

  it('starts again at once when the runtime asks for it', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 0 });
    await b.clock.advance(1);
    expect(b.spawned).toHaveLength(2);
    expect(b.deaths[0]).toMatchObject({ class: 'restart-request', restartIn: 0 });
  });

  it('tears down a process that no longer answers and calls it hung', async () => {
    const b = bench();
    b.deaf = true;
    b.supervised.start();
    await b.clock.advance(1000);
    b.probeAnswer = { kind: 'silent', reason: 'timeout' };
    await b.clock.advance(60_000);
    expect(b.deaths[0]).toMatchObject({ class: 'hung' });
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(b.mostAlive).toBe(1);
  });

  it('is out of memory when it dies soon after the kernel killed something for memory, not an hour later', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(60_000);
    b.kills = 1;
    await b.clock.advance(4000);
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(60_000);
    b.kills = 2;
    await b.clock.advance(3_600_000);
    b.spawned[1]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    expect(b.deaths.map((death) => death.class)).toEqual(['out-of-memory', 'crash']);
  });

  it('sends its stop signal once and tells that no KILL was needed', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1000);
    expect(await b.supervised.stop(5000)).toEqual({ killed: false });
    expect(b.spawned[0]?.signals).toEqual(['SIGTERM']);
    expect(b.supervised.view().state).toBe('stopped');
    expect(b.deaths).toEqual([]);
  });

  it('kills a runtime that outlives the stop budget', async () => {
    const b = bench();
    b.deaf = true;
    b.supervised.start();
    await b.clock.advance(1000);
    const stopped = b.supervised.stop(5000);
    await b.clock.advance(5000);
    expect(await stopped).toEqual({ killed: true });
  });

  it('does not start anything after a stop that came during the backoff', async () => {
    const b = bench();
    b.supervised.start();
    await b.clock.advance(1);
    b.spawned[0]?.end({ kind: 'code', code: 1 });
    await b.clock.advance(1);
    await b.supervised.stop(5000);
    await b.clock.advance(60_000);
    expect(b.spawned).toHaveLength(1);
    expect(b.supervised.view().state).toBe('stopped');
  });
});
