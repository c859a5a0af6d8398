import type { TextFilter } from '../process/lines.ts';
import { start } from '../process/spawn.ts';
import type { RestartBudget } from '../supervise/backoff.ts';
import type { Clock, Log } from '../supervise/ports.ts';
import type { ServiceManifest } from './manifest.ts';

export interface ServicePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly budget: RestartBudget;
  /** One masked line of its output. */
  readonly line: (text: string) => void;
  readonly filter?: () => TextFilter;
  readonly relief?: () => Promise<void> | null;
}

export interface ServicePlace {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask?: number;
}

export interface ServiceView {
  readonly name: string;
  readonly state: 'running' | 'backoff' | 'failed' | 'stopped';
  readonly restarts: number;
  readonly pid: number | null;
}

export interface SupervisedService {
  readonly view: () => ServiceView;
  /** Stop signal, then KILL. Resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** From the stop signal to KILL. */
const stopGrace = 5_000;

/** Starts a service and keeps it running until `stop`, or until it has crashed too often. */
export function superviseService(
  tool: string,
  { name, command, stopSignal }: ServiceManifest,
  place: ServicePlace,
  ports: ServicePorts,
): SupervisedService {
  const { clock, log } = ports;
  const stopping = new AbortController();
  let view: ServiceView = { name, state: 'running', restarts: 0, pid: null };
  let signal: (name: NodeJS.Signals) => void = () => {};
  let signalGroup: (name: NodeJS.Signals) => void = () => {};
  const life = live();

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      const child = start({
        argv: command,
        env: place.environment,
        cwd: place.cwd,
        ...(place.umask === undefined ? {} : { umask: place.umask }),
        ...(ports.filter ? { filter: ports.filter } : {}),
        ...(ports.relief ? { relief: ports.relief } : {}),
        onLine: (_stream, line) => ports.line(line.text),
      });
      signal = child.signal;
      signalGroup = child.signalGroup;
      view = { ...view, state: 'running', pid: child.pid };
      const exit = await child.closed;
      view = { ...view, pid: null };
      // What it left in its group would be in the way of the next one.
      child.signalGroup('SIGKILL');
      if (stopping.signal.aborted) break;
      const decision = ports.budget.decide('crash', clock.now());
      const facts = { tool, service: name, exit: JSON.stringify(exit) };
      if (decision.kind === 'give-up') {
        view = { ...view, state: 'failed' };
        log.error('a service of a tool kept ending and is given up', { ...facts, count: decision.count });
        return;
      }
      view = { ...view, state: 'backoff', restarts: view.restarts + 1 };
      const last = child.lastLines().at(-1)?.text ?? '';
      log.warn('a service of a tool ended, starting it again', { ...facts, delay: decision.delay, last });
      await clock.sleep(decision.delay, stopping.signal);
    }
    view = { ...view, state: 'stopped' };
  }

  return {
    view: () => view,
    stop: async () => {
      stopping.abort();
      const timer = new AbortController();
      signal(stopSignal);
      await Promise.race([life, clock.sleep(stopGrace, timer.signal)]);
      timer.abort();
      signalGroup('SIGKILL');
      await life;
    },
  };
}
