import type { ExitClass, NativeName, Rendered, RuntimeDescriptor } from '../../runtimes/contract.ts';
import type { Exit } from '../process/exit.ts';
import { type RestartBudget, restartBudget } from './backoff.ts';
import { classify } from './classify.ts';
import type { ManagedProcess } from './ports.ts';
import type { Death, RuntimePorts } from './runtime-ports.ts';
import { next, type State, type StateEvent } from './states.ts';
import { endOf } from './stop.ts';
import { watch } from './watch.ts';

export interface RuntimeView {
  readonly state: State;
  /** Proved by the body of its own probe, and still so. */
  readonly serving: boolean;
  readonly restarts: number;
  /** Class of the last unasked exit, or why it is being torn down. */
  readonly reason: ExitClass | 'start-deadline' | 'not-live' | RestartReason | null;
  readonly failingChannels: readonly NativeName[];
  readonly rendered: Rendered | null;
  readonly pid: number | null;
}

/** Why a runtime that did nothing wrong is started anew. */
export type RestartReason = 'access-changed';

export interface SupervisedRuntime {
  readonly view: () => RuntimeView;
  readonly start: () => void;
  /**
   * Ends the process as `stop` does, turns in flight first, and starts it with a new render. It counts as no death. Where
   * a start is due anyway, that one has the new render.
   */
  readonly restart: (reason: RestartReason, budget: number) => void;
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
  /** What is being prepared has to be prepared again. */
  let stale = false;
  /** Has had the stop signal. */
  let signalled: ManagedProcess | null = null;

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
      if (!death) continue;
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
    let rendered: Rendered;
    do {
      stale = false;
      rendered = await ports.prepare();
    } while (stale && !stopping.signal.aborted);
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
    const again = view.state === 'restarting';
    // What the main process left in its group would fight the next one over the state directory.
    child.signalGroup('SIGKILL');
    // KILL is carried out when the kernel gets to it: on a busy machine later than the next start (measured).
    await child.groupGone?.(groupPatience);
    if (again) {
      fire('exit-asked', { serving: false, pid: null, failingChannels: [] });
      return undefined;
    }
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
    const terms = { budget: stopBudget, served, signalled: child === signalled, clock, log };
    const end = await endOf(child, descriptor.stop, terms);
    await life;
    return { killed: end === 'late' };
  }

  async function restart(reason: RestartReason, stopBudget: number): Promise<void> {
    const child = current;
    if (view.state === 'starting' && !child) stale = true;
    const served = view.state === 'running';
    if (!child || !fire('restart', { serving: false, reason })) return;
    log.info('restarting the runtime', { reason });
    const deadline = clock.now() + stopBudget;
    // Nobody hands it turns any more; one that cuts its turns at the signal gets none while it has some.
    if (descriptor.stop.drains === 'relay') await ports.idle(Math.max(0, stopBudget - descriptor.stop.grace));
    if (view.state !== 'restarting' || current !== child) return;
    signalled = child;
    await endOf(child, descriptor.stop, { budget: deadline - clock.now(), served, clock, log });
  }

  return {
    view: () => view,
    start: () => {
      if (fire('start')) life = live().catch((error: unknown) => crash(error));
    },
    stop,
    restart: (reason, stopBudget) => void restart(reason, stopBudget),
    failed: failed.promise,
  };

  /** A fault of ours must end the container, not leave it alive without a runtime. */
  function crash(error: unknown): void {
    fire('exit-final', { serving: false });
    const exit: Exit = { kind: 'code', code: 70 };
    failed.resolve({ class: 'crash', exit, lastLines: [], memory: {}, uptime: 0, count: 1, fault: error });
  }
}
