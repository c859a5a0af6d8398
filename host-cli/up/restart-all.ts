import type { Board } from '../board.ts';
import type { Engine } from '../engine.ts';
import { isPortTaken } from '../engine-failures.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import { stopGently } from '../stopping.ts';
import type { Ui } from '../ui.ts';
import type { Outcome } from './outcome.ts';
import { letGo, watch, watchedPolicy } from './watch.ts';

export interface Restarting {
  readonly engine: Engine;
  readonly ui: Ui;
  readonly wait: boolean;
  /** Called when every container has started: what follows only waits. */
  readonly changed: () => void;
}

/** Each stopped gently and started again, all at the same time. */
export async function restartAll(
  containers: readonly Container[],
  restarting: Restarting,
): Promise<readonly Outcome[]> {
  const { engine, ui } = restarting;
  const podman = await engine.isPodman();
  const board = ui.board();
  const given = new AbortController();
  const release = onInterrupt(() => given.abort());
  const begun = new Set<string>();
  const started = (instance: string): void => {
    begun.add(instance);
    if (begun.size === containers.length) restarting.changed();
  };
  try {
    const outcomes = await Promise.all(
      containers.map((container) => restartOne(container, restarting, board, given.signal, podman, started)),
    );
    if (given.signal.aborted) throw interruption(containers, begun);
    return outcomes;
  } finally {
    board.end();
    release();
  }
}

async function restartOne(
  container: Container,
  { engine, wait }: Restarting,
  board: Board,
  signal: AbortSignal,
  podman: boolean,
  started: (instance: string) => void,
): Promise<Outcome> {
  const { id, instance, runtime, restart } = container;
  const tell = board.line(instance);
  const begun = Date.now();
  const common = { instance, runtime, action: 'restarted', container: id } as const;
  const seconds = (): number => Math.round((Date.now() - begun) / 100) / 10;
  const policy = { now: watchedPolicy(restart, wait, podman), later: restart };
  try {
    if (container.running) await stopGently(engine, container, tell, signal);
    if (signal.aborted) throw new CliError('interrupted');
    if (policy.now !== restart) await engine.setRestart(id, policy.now);
    tell('starting');
    const port = await startAgain(engine, container);
    started(instance);
    const watching = { engine, instance, id, port, signal, tell, command: `restart ${instance}`, policy };
    const found = wait ? await watch(watching) : await letGo(watching);
    board.settle(instance, found.state !== 'failed');
    return { ...common, port, ...found, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    board.settle(instance, false);
    return { ...common, state: 'failed', error, seconds: seconds() };
  }
}

/** What has started goes on by itself; the rest ends where its turns are answered. */
function interruption(containers: readonly Container[], begun: ReadonlySet<string>): CliError {
  const names = containers.map(({ instance }) => instance);
  const rest = names.filter((name) => !begun.has(name)).join(' ');
  const words = rest === '' ? 'all have started, and are left to go on' : `not started again: ${rest}`;
  return new CliError('restart-interrupted', { words, next: rest === '' ? 'ps' : `restart ${rest}` });
}

/** Returns its port. */
async function startAgain(engine: Engine, { id, instance, binding }: Container): Promise<number> {
  const { ok, stderr } = await engine.start(id);
  if (ok) {
    const port = (await engine.container(id))?.port;
    if (port !== undefined) return port;
    // It has ended already: the wait finds out how.
    return binding?.host ?? 0;
  }
  if (isPortTaken(stderr)) throw new CliError('port-gone', { instance, port: binding?.host ?? '' });
  throw engine.failure(`start ${instance}`, stderr);
}
