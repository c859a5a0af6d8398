import { availableParallelism } from 'node:os';
import type { Board } from '../board.ts';
import type { Engine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { isPaused } from '../instances.ts';
import { clearWay, type Launch, startUp } from '../launch/carry-out.ts';
import type { Ports } from '../launch/ports.ts';
import type { Step } from '../launch/reconcile.ts';
import type { RunSettings } from '../run-argv.ts';
import { type InTurn, limited } from './limit.ts';
import type { Action, Outcome } from './outcome.ts';
import { letGo, watch, watchedPolicy } from './watch.ts';

export interface Task {
  readonly step: Step;
  readonly settings: RunSettings;
  readonly hash: string;
}

export interface Bringing {
  readonly engine: Engine;
  readonly ports: Ports;
  readonly board: Board;
  readonly note: (text: string) => void;
  /** Until each is ready. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  /** Resolves when that container has ended: those that are removed as orphans. */
  readonly ending: ReadonlyMap<string, Promise<void>>;
  readonly podman: boolean;
}

export interface BroughtUp {
  /** Every container is changed as it is to be: what follows only waits. */
  readonly changed: Promise<void>;
  readonly outcomes: Promise<readonly Outcome[]>;
}

/** Stops what is replaced, all at once, then starts as many at a time as the machine has processors. */
export function bringUp(tasks: readonly Task[], bringing: Bringing): BroughtUp {
  // A runtime's start takes a whole processor for seconds; more at once would only make each of them late.
  const inTurn = limited(Math.max(2, availableParallelism()));
  const launches = tasks.map(
    (task): Launch => ({
      ...task,
      ...bringing,
      keepPort: true,
      portPlace: 'file',
      restart: watchedPolicy(task.settings.restart, bringing.wait, bringing.podman),
      tell: bringing.board.line(task.settings.instance),
    }),
  );
  const cleared = new Map<string, Promise<void>>(bringing.ending);
  for (const [index, { step }] of tasks.entries()) {
    const launch = launches[index];
    if (step.kind !== 'replace' || !launch) continue;
    const done = clearWay(step, launch);
    // Whoever awaits it reports it.
    done.catch(() => undefined);
    cleared.set(step.container.id, done);
  }
  const running = tasks.map((task, index) => {
    const launch = launches[index] as Launch;
    let tellStarted: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      tellStarted = resolve;
    });
    const outcome = bringOne(task, launch, bringing, cleared, inTurn, tellStarted).finally(tellStarted);
    return { started, outcome };
  });
  return {
    changed: Promise.all(running.map(({ started }) => started)).then(() => undefined),
    outcomes: Promise.all(running.map(({ outcome }) => outcome)),
  };
}

async function bringOne(
  task: Task,
  launch: Launch,
  bringing: Bringing,
  cleared: ReadonlyMap<string, Promise<void>>,
  inTurn: InTurn,
  tellStarted: () => void,
): Promise<Outcome> {
  const { step, settings } = task;
  const { board, signal } = bringing;
  const begun = Date.now();
  const seconds = (): number => Math.round((Date.now() - begun) / 100) / 10;
  const { instance, runtime } = settings;
  const common = { instance, runtime, action: actionOf(step) };
  try {
    const own = step.kind === 'replace' ? [step.container.id] : [];
    const before = step.kind === 'keep' ? [] : [...own, ...step.after];
    if (before.length > own.length) launch.tell('waiting for its account, port or folder');
    await Promise.all(before.map((id) => cleared.get(id)));
    const startAndWatch = async (): Promise<Outcome> => {
      if (signal.aborted) throw new CliError('interrupted');
      const started = await startUp(step, launch);
      tellStarted();
      const policy = {
        now: step.kind === 'keep' ? step.container.restart : launch.restart,
        later: settings.restart,
      };
      const command = `up ${instance}`;
      const watching = { ...bringing, ...started, instance, tell: launch.tell, command, policy };
      const found = bringing.wait ? await watch(watching) : await letGo(watching);
      board.settle(instance, found.state !== 'failed');
      return { ...common, container: started.id, port: started.port, ...found, seconds: seconds() };
    };
    // One that runs already takes nothing from the others.
    if (step.kind === 'keep') {
      if (step.container.life.status === 'paused') throw isPaused(step.container, bringing.engine.binary);
      return await startAndWatch();
    }
    return await inTurn(startAndWatch, () => launch.tell('waiting for its turn'));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    board.settle(instance, false);
    return { ...common, state: 'failed', error, seconds: seconds() };
  }
}

function actionOf(step: Step): Action {
  switch (step.kind) {
    case 'keep':
      return 'unchanged';
    case 'wake':
      return 'started';
    case 'replace':
      return 'recreated';
    case 'create':
      return 'created';
    default: {
      const never: never = step;
      return never;
    }
  }
}
