import type { Rendered, RuntimeDescriptor } from '../../runtimes/contract.ts';
import { descriptor } from '../../runtimes/openclaw/descriptor.ts';
import { awaitedLines } from '../process/awaited.ts';
import type { Exit } from '../process/exit.ts';
import type { Clock, Log, ManagedProcess } from './ports.ts';
import type { ProbeResult } from './probe.ts';
import { type SupervisedRuntime, superviseRuntime } from './runtime.ts';
import type { Death } from './runtime-ports.ts';

/** Time that moves only when a test says so. */
export function fakeClock(): Clock & { readonly advance: (by: number) => Promise<void> } {
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

export interface Bench {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly supervised: SupervisedRuntime;
  readonly deaths: Death[];
  readonly spawned: {
    readonly end: (exit: Exit) => void;
    readonly say: (line: string) => void;
    readonly signals: string[];
  }[];
  probeAnswer: ProbeResult;
  deaf: boolean;
  noRoom: Error | undefined;
  groupLives: boolean;
  kills: number;
  alive: number;
  mostAlive: number;
  failureLines: readonly string[];
  inFlight: boolean;
  prepared: number;
  slowRender: number;
}

/** A supervised runtime whose processes, probes and time do what a test says. */
export function bench(changes: Partial<RuntimeDescriptor> = {}): Bench {
  const clock = fakeClock();
  const deaths: Death[] = [];
  const spawned: Bench['spawned'] = [];
  const supervised = superviseRuntime(
    { ...descriptor, ...changes },
    {
      clock,
      log: silent,
      random: () => 0.5,
      memory: () => ({ kills: state.kills }),
      probe: () => Promise.resolve(state.probeAnswer),
      prepare: async () => {
        state.prepared += 1;
        if (state.slowRender > 0) await clock.sleep(state.slowRender);
        if (state.noRoom) throw state.noRoom;
        return rendered;
      },
      spawn: () => fakeProcess(),
      failureLines: () => state.failureLines,
      idle: (limit) => (state.inFlight ? clock.sleep(limit) : Promise.resolve()),
      changed: () => {},
      died: (death) => void deaths.push(death),
    },
  );
  const state: Bench = {
    clock,
    supervised,
    deaths,
    spawned,
    probeAnswer: { kind: 'healthy', body: { failing: ['telegram'] } },
    deaf: false,
    noRoom: undefined,
    groupLives: false,
    kills: 0,
    alive: 0,
    mostAlive: 0,
    failureLines: [],
    inFlight: false,
    prepared: 0,
    slowRender: 0,
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
    const lines = awaitedLines();
    spawned.push({ end, say: lines.read, signals });
    return {
      pid: spawned.length,
      exited: exited.promise,
      signal: (signal) => {
        signals.push(signal);
        if (signal === 'SIGKILL') end({ kind: 'signal', signal });
        else if (!state.deaf) end({ kind: 'code', code: 0 });
      },
      signalGroup: () => {},
      groupGone: (limit) => (state.groupLives ? clock.sleep(limit) : Promise.resolve()),
      lastLines: () => ['last words'],
      says: lines.says,
    };
  }
  return state;
}
