import type { FromRelay, ToRelay } from '../relay/protocol.ts';
import type { Clock, Log, ManagedProcess } from './ports.ts';

export interface RelayProcess extends ManagedProcess {
  readonly send: (message: ToRelay) => void;
  readonly onMessage: (listener: (message: FromRelay) => void) => void;
  /** Ends the pipe; the relay exits when it reads the end. */
  readonly close: () => void;
}

export interface RelayPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: () => RelayProcess;
  /** First message of every life, with the secrets. */
  readonly setup: () => ToRelay;
  /** Said again to every new life. */
  readonly state: () => ToRelay;
  readonly message: (message: FromRelay) => void;
  readonly changed: () => void;
}

export interface SupervisedRelay {
  readonly up: () => boolean;
  readonly pid: () => number | undefined;
  readonly start: () => void;
  /** Resolves when it listens for the first time. */
  readonly listening: Promise<void>;
  readonly tell: (message: ToRelay) => void;
  /** Ends its process, which is started again like one that ended by itself. */
  readonly restart: () => void;
  readonly drained: (limit: number) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Kept short and capped: the runtime asks its model through the relay, and a person may be waiting. */
const delays = [0, 50, 100, 200, 400, 500];
/**
 * From the fork to its first word; a tenth of a second is usual. Node that gets no threads, because the container is full
 * of processes, may neither end nor go on (measured).
 */
const startDeadline = 15_000;
/** A relay that lived this long starts the delays anew. */
const stable = 10_000;

export function superviseRelay(ports: RelayPorts): SupervisedRelay {
  const { clock, log } = ports;
  const listening = Promise.withResolvers<void>();
  const stopping = new AbortController();
  let current: RelayProcess | null = null;
  let up = false;
  let life: Promise<void> = Promise.resolve();
  let drainedResolve: (() => void) | null = null;

  async function live(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const began = clock.now();
      const child = ports.spawn();
      current = child;
      child.onMessage(receive);
      child.send(ports.setup());
      child.send(ports.state());
      const over = new AbortController();
      void clock.sleep(startDeadline, over.signal).then(() => {
        if (over.signal.aborted || up) return;
        log.warn('the relay does not get up, killing it', { pid: child.pid });
        child.signal('SIGKILL');
      });
      const exit = await child.exited;
      over.abort();
      current = null;
      change(false);
      drainedResolve?.();
      if (stopping.signal.aborted) return;
      failures = clock.now() - began > stable ? 1 : failures + 1;
      const delay = delays[Math.min(failures - 1, delays.length - 1)] ?? 500;
      log.error('the relay ended, starting it again', {
        exit: JSON.stringify(exit),
        delay,
        last: child.lastLines().at(-1) ?? '',
      });
      await clock.sleep(delay, stopping.signal);
    }
  }

  function receive(message: FromRelay): void {
    if (message.kind === 'listening') {
      change(true);
      listening.resolve();
    }
    if (message.kind === 'drained') drainedResolve?.();
    ports.message(message);
  }

  function change(now: boolean): void {
    if (up === now) return;
    up = now;
    ports.changed();
  }

  return {
    up: () => up,
    pid: () => current?.pid,
    start: () => {
      life = live();
    },
    listening: listening.promise,
    tell: (message) => current?.send(message),
    restart: () => current?.signal('SIGKILL'),
    drained: (limit) =>
      new Promise((resolve) => {
        if (!current) return resolve(true);
        const timer = setTimeout(() => resolve(false), limit);
        drainedResolve = () => {
          clearTimeout(timer);
          resolve(true);
        };
        current.send({ kind: 'drain' });
      }),
    stop: async () => {
      stopping.abort();
      const child = current;
      if (!child) return life;
      child.close();
      await Promise.race([child.exited, clock.sleep(1_000)]);
      child.signal('SIGKILL');
      await life;
    },
  };
}
