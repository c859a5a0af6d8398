import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { exitCode } from '../process/exit.ts';
import type { Death } from './runtime-ports.ts';

export interface PostMortemContext {
  readonly instance: string;
  readonly runtime: string;
  readonly version: string;
  readonly supervisorVersion: string;
  readonly planHash: string;
  /** Directory in the state volume. */
  readonly directory: string;
  readonly now: () => Date;
  readonly write: (path: string, content: string, mode: number) => void;
}

const kept = 20;

/** Writes what is known of an unasked exit and returns the file's path, or undefined when the disk refuses. */
export function writePostMortem(death: Death, context: PostMortemContext): string | undefined {
  const at = context.now();
  const stamp = at.toISOString().replaceAll(/[:.]/g, '-');
  const file = `${context.directory}/${nextNumber(context.directory)}-${stamp}.json`;
  const document = {
    time: at.toISOString(),
    instance: context.instance,
    runtime: context.runtime,
    version: context.version,
    supervisor: context.supervisorVersion,
    plan: context.planHash,
    class: death.class,
    exit: death.exit,
    code: exitCode(death.exit),
    uptimeSeconds: Math.round(death.uptime / 1000),
    countInWindow: death.count,
    restartInMs: death.restartIn ?? null,
    memory: death.memory,
    diskFreeBytes: freeBytes(context.directory),
    lastLines: death.lastLines.slice(-50),
  };
  try {
    context.write(file, `${JSON.stringify(document, null, 2)}\n`, 0o600);
    prune(context.directory);
    return file;
  } catch {
    // A full disk is often the very reason of the death; the log line still says it all.
    return undefined;
  }
}

/** One line for Kubernetes, which shows it in `kubectl describe`; nothing where the file does not exist. */
export function writeTerminationLog(line: string, path = '/dev/termination-log'): void {
  try {
    writeFileSync(path, line.slice(0, 4096), { flag: 'r+' });
  } catch {
    // Not in a pod, or not ours to write.
  }
}

function prune(directory: string): void {
  for (const name of documents(directory).slice(0, -kept)) rmSync(`${directory}/${name}`, { force: true });
}

/**
 * Files are told apart and put in order by a number, not by their time: a wall clock that is set back would overwrite
 * an older one, or let the newest be taken for the oldest and removed.
 */
function nextNumber(directory: string): string {
  const last = Number(/^(\d{6})-/.exec(documents(directory).at(-1) ?? '')?.[1] ?? 0);
  return String(last + 1).padStart(6, '0');
}

function documents(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return []; // the first one makes the folder
  }
}

function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}
