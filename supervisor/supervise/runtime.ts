import type { ExitClass, NativeName, Rendered, RuntimeDescriptor } from '../../runtimes/contract.ts';
import type { Exit } from '../process/exit.ts';
import { type RestartBudget, restartBudget } from './backoff.ts';
import type { MemoryFacts } from './cgroup.ts';
import { classify } from './classify.ts';
import type { Clock, Log, ManagedProcess } from './ports.ts';
import type { ProbeResult, ProbeTarget } from './probe.ts';
import { next, type State, type StateEvent } from './states.ts';
import { endOf } from './stop.ts';
import { watch } from './watch.ts';

export interface RuntimePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly memory: () => MemoryFacts;
  readonly probe: (target: ProbeTarget) => Promise<ProbeResult>;
  /** Renders with a free private port, writes the files, clears stale ones. */
  readonly prepare: () => Promise<Rendered>;
  readonly spawn: (rendered: Rendered) => ManagedProcess;
  /** What the process wrote about its end to files of its own, masked; read after its exit. */
  readonly failureLines: () => readonly string[];
  /** Called after every change of the view. */
  readonly changed: () => void;
  /** Every unasked exit, before anything is restarted. */
  readonly died: (death: Death) => void;
}

export interface Death {
  readonly class: ExitClass;
  readonly exit: Exit;
  readonly lastLines: readonly string[];
  readonly memory: MemoryFacts;
  readonly uptime: number;
  /** Undefined when the container ends with it. */
  readonly restartIn?: number;
  /** Deaths of this kind within the policy's window. */
  readonly count: number;
  /** Nobody died: what kept the next one from being prepared. */
  readonly fault?: unknown;
}

export interface RuntimeView {
  readonly state: State;
  /** Proved by the body of its own probe, and still so. */
  readonly serving: boolean;
  readonly restarts: number;
  /** Class of the last unasked exit, or why it is being torn down. */
  readonly reason: ExitClass | 'start-deadline' | 'not-live' | null;
  readonly failingChannels: readonly NativeName[];
  readonly rendered: Rendered | null;
  readonly pid: number | null;
}

export interface SupervisedRuntime {
  readonly view: () => RuntimeView;
  readonly start: () => void;
  /**
   * Stop signal once, then KILL when the budget is over, or earlier where nothing is in flight any more. Says whether
   * KILL may have cut something.
   */
  readonly stop: (budget: number) => Promise<{ readonly killed: boolean }>;
  /** Resolves when it is given up: crash loop or a configuration that it refuses. */
  readonly failed: Promise<Death>;
}

/** From TERM to KILL of a process that no longer answers. */
const hungGrace = 5_000;
/** A killed process that is still there after this is stuck in the kernel. */
const groupPatience = 1_000;

export function superviseRuntime(descriptor: RuntimeDescriptor, ports: RuntimePorts): SupervisedRuntime {
  const { clock, log } = ports;
  const budget: RestartBudget = restartBudget(descriptor.restart, ports.random);
  const failed = Promise.withResolvers<Death>();
  const stopping = new AbortController();
  let view: RuntimeView = {
    state: 'idle',
    serving: false,
    restarts: 0,
    reason: null,
    failingChannels: [],
    rendered: null,
    pid: null,
  };
  let current: ManagedProcess | null = null;
  let life: Promise<void> = Promise.resolve();

  function fire(event: StateEvent, changes: Partial<RuntimeView> = {}): boolean {
    const state = next(view.state, event);
    if (!state) return false;
    view = { ...view, ...changes, state };
    ports.changed();
    return true;
  }

  function note(changes: Partial<RuntimeView>): void {
    view = { ...view, ...changes };
    ports.changed();
  }

  /** One process after the other, never two: the loop goes on only when the last one is gone. */
  async function live(): Promise<void> {
    while (view.state === 'starting') {
      const death = await oneLife();
      if (!death) return;
      ports.died(death);
      // The stop came while its group was being ended.
      if (fire('exit-asked', { serving: false, pid: null, reason: death.class })) return;
      const changes = { serving: false, reason: death.class, pid: null, failingChannels: [] };
      if (death.restartIn === undefined) {
        fire('exit-final', changes);
        return failed.resolve(death);
      }
      fire('exit-retry', { ...changes, restarts: view.restarts + 1 });
      await clock.sleep(death.restartIn, stopping.signal);
      if (!fire('retry-due')) return;
    }
  }

  async function oneLife(): Promise<Death | undefined> {
    const rendered = await ports.prepare();
    if (stopping.signal.aborted) {
      fire('exit-asked', { pid: null });
      return undefined;
    }
    const began = clock.now();
    // As of the last look but one: a child killed for memory takes its parent along within seconds, not hours later.
    let killsBefore = ports.memory().kills ?? 0;
    let killsLately = killsBefore;
    const child = ports.spawn(rendered);
    current = child;
    note({ rendered, pid: child.pid, serving: false });
    const over = new AbortController();
    let hung = false;
    const watching = watch(
      descriptor.probes,
      { pid: child.pid, port: rendered.endpoint.port, bearer: rendered.endpoint.bearer },
      {
        ready: () => {
          if (!fire('ready', { serving: true, reason: null })) note({ serving: view.state === 'running' });
        },
        unready: () => note({ serving: false }),
        looked: () => {
          killsBefore = killsLately;
          killsLately = ports.memory().kills ?? 0;
        },
        channels: (failingChannels) => note({ failingChannels }),
        hung: (reason) => {
          hung = true;
          if (fire('hung', { serving: false, reason })) void tearDown(child, reason);
        },
      },
      ports,
      over.signal,
    );
    const exit = await child.exited;
    current = null;
    over.abort();
    await watching;
    if (stopping.signal.aborted) {
      fire('exit-asked', { serving: false, pid: null });
      return undefined;
    }
    // What the main process left in its group would fight the next one over the state directory.
    child.signalGroup('SIGKILL');
    // KILL is carried out when the kernel gets to it: on a busy machine later than the next start (measured).
    await child.groupGone?.(groupPatience);
    const memory = ports.memory();
    const lastLines = [...child.lastLines(), ...ports.failureLines()];
    const facts = { exit, asked: false, hung, memoryKill: (memory.kills ?? 0) > killsBefore, lastLines };
    const exitClass = classify(facts, descriptor.exits);
    const uptime = clock.now() - began;
    const base = { class: exitClass, exit, lastLines, memory, uptime };
    if (exitClass === 'config') return { ...base, count: 1 };
    const decision = budget.decide(exitClass, clock.now());
    return decision.kind === 'restart'
      ? { ...base, restartIn: decision.delay, count: decision.count }
      : { ...base, count: decision.count };
  }

  async function tearDown(child: ManagedProcess, reason: string): Promise<void> {
    log.warn('the runtime does not answer, ending it', { reason, pid: child.pid });
    child.signal(descriptor.stop.signal);
    await Promise.race([child.exited, clock.sleep(hungGrace)]);
    child.signal('SIGKILL');
  }

  async function stop(stopBudget: number): Promise<{ killed: boolean }> {
    const child = current;
    const served = view.state === 'running';
    stopping.abort();
    fire('stop', { serving: false });
    if (!child) {
      await life;
      return { killed: false };
    }
    const end = await endOf(child, descriptor.stop, { budget: stopBudget, served, clock, log });
    await life;
    return { killed: end === 'late' };
  }

  return {
    view: () => view,
    start: () => {
      if (fire('start')) life = live().catch((error: unknown) => crash(error));
    },
    stop,
    failed: failed.promise,
  };

  /** A fault of ours must end the container, not leave it alive without a runtime. */
  function crash(error: unknown): void {
    fire('exit-final', { serving: false });
    const exit: Exit = { kind: 'code', code: 70 };
    failed.resolve({ class: 'crash', exit, lastLines: [], memory: {}, uptime: 0, count: 1, fault: error });
  }
}
