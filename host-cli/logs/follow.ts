import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { readLog } from './history.ts';
import type { Printer } from './printer.ts';
import { createSeen, type Seen } from './seen.ts';

export interface Following {
  readonly engine: Engine;
  readonly project: string;
  /** Instances to follow; also those that come later. */
  readonly isWanted: (instance: string) => boolean;
  readonly printer: Printer;
  /** Where the logs that were there already were left. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly signal: AbortSignal;
  /** An instance has ended; its next start is followed again. */
  readonly onEnd: (instance: string, exitCode: number | undefined) => void;
}

interface Followed {
  readonly seen: Seen;
  /** Of the life that is or was read last. */
  startedAt: string | undefined;
  stop: (() => void) | undefined;
}

/**
 * Follows the logs of a project's containers until aborted: across restarts (the engine's `logs --follow` ends with the
 * container's life), into containers that replace others, and into new ones. Throws when the engine fails.
 */
export async function followLogs(following: Following): Promise<void> {
  const { engine, project, signal } = following;
  const followed = new Map<string, Followed>();
  const bell = createBell(signal);
  const starts = watchStarts(engine, project, bell);
  const failures: unknown[] = [];
  signal.addEventListener('abort', () => {
    starts.stop();
    for (const { stop } of followed.values()) stop?.();
  });
  /** As they were when their log ended: they may run again by now. */
  let ended: { readonly instance: string; readonly after: Container | undefined }[] = [];
  try {
    while (!signal.aborted) {
      const containers = await engine.containers(project);
      for (const { instance, after } of ended)
        if (!after?.running) following.onEnd(instance, after?.exitCode);
      ended = [];
      for (const container of containers.filter(({ instance }) => following.isWanted(instance))) {
        attach(following, followed, container, (error, after) => {
          if (error !== undefined) failures.push(error);
          ended.push({ instance: container.instance, after });
          bell.ring();
        });
      }
      await bell.next();
      if (failures.length > 0 && !signal.aborted) throw failures[0];
    }
  } finally {
    starts.stop();
    for (const { stop } of followed.values()) stop?.();
  }
}

/** Reads on from where the log was left, if the container runs or has started since then. */
function attach(
  { engine, project, printer, seen: left, signal }: Following,
  followed: Map<string, Followed>,
  container: Container,
  onEnd: (error: unknown, after: Container | undefined) => void,
): void {
  const { id, instance, life } = container;
  const before = followed.get(id);
  const over = before?.startedAt === life.startedAt && !container.running;
  if (before && (before.stop !== undefined || over)) return;
  const entry = before ?? { seen: left.get(id) ?? createSeen(), startedAt: undefined, stop: undefined };
  followed.set(id, entry);
  entry.startedAt = life.startedAt;
  entry.seen.reopened();
  printer.expect([instance]);
  const readOn = async (...how: readonly string[]): Promise<void> => {
    const since = entry.seen.since();
    const argv = [...how, ...(since === undefined ? [] : ['--since', since])];
    const batches = readLog(engine, container, argv, (stop) => {
      entry.stop = stop;
    });
    for await (const batch of batches) {
      if (signal.aborted) return;
      await printer.print(entry.seen.fresh(batch).map((line) => ({ ...line, name: instance })));
    }
  };
  const read = async (): Promise<Container | undefined> => {
    await readOn('--follow');
    if (signal.aborted) return undefined;
    // A busy engine ends that before it has written a last line without an end.
    entry.seen.reopened();
    const [containers] = await Promise.all([engine.containers(project), readOn()]);
    return containers.find((each) => each.id === id);
  };
  const close = (error: unknown, after?: Container): void => {
    entry.stop = undefined;
    onEnd(error, after);
  };
  read().then((after) => close(undefined, after), close);
}

/** Rings at each start of a container; asked anew should the engine's command end. */
function watchStarts(engine: Engine, project: string, bell: Bell): { stop(): void } {
  let stopped = false;
  let current = engine.starts(project);
  const watch = async (): Promise<void> => {
    while (!stopped) {
      for await (const _ of current.stream) bell.ring();
      await current.done;
      if (stopped) return;
      // The list that this asks for says whether the engine is there at all.
      bell.ring();
      await sleep(1000);
      if (!stopped) current = engine.starts(project);
    }
  };
  void watch().catch(() => bell.ring());
  return {
    stop: () => {
      stopped = true;
      current.stop();
    },
  };
}

interface Bell {
  ring(): void;
  /** Resolves at once when it rang since the last time; also when aborted. */
  next(): Promise<void>;
}

function createBell(signal: AbortSignal): Bell {
  let rang = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    rang = true;
    wake();
  };
  signal.addEventListener('abort', ring);
  return {
    ring,
    next: async () => {
      if (!rang) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rang = false;
    },
  };
}
