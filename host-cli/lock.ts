import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './project.ts';

/** Who holds a lock; the file's content. */
export interface Holder {
  readonly nonce: string;
  /** What it does, e.g. `clawden up`. */
  readonly what: string;
  readonly pid: number;
  /** When that process began, in the kernel's words; empty where nothing tells. A pid alone may be someone else's by now. */
  readonly began: string;
  readonly host: string;
}

export interface LockWait {
  readonly signal?: AbortSignal;
  /** Told once for each holder that is waited for. */
  readonly onWait?: (holder: Holder) => void;
}

const INTERVAL = 100;

/**
 * Takes the lock that the file is, waiting for whoever holds it; resolves with the way to give it back, or undefined
 * when the signal ended the wait. A holder that was killed holds nothing: its process is gone.
 */
export async function takeLock(
  file: string,
  what: string,
  wait: LockWait = {},
): Promise<(() => void) | undefined> {
  const own: Holder = {
    nonce: randomUUID(),
    what,
    pid: process.pid,
    began: began(process.pid),
    host: hostname(),
  };
  let told = '';
  while (!wait.signal?.aborted) {
    if (claim(file, own)) return () => release(file, own);
    const holder = read(file);
    if (holder === undefined) continue;
    if (!lives(holder)) {
      await clear(file, holder, wait);
      continue;
    }
    if (holder.nonce !== told) wait.onWait?.(holder);
    told = holder.nonce;
    await sleep(INTERVAL, undefined, wait.signal ? { signal: wait.signal } : {}).catch(() => undefined);
  }
  return undefined;
}

/** Written aside and linked into place: whoever reads the lock reads all of it. */
function claim(file: string, own: Holder): boolean {
  const draft = `${file}.${own.nonce}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (reasonOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function release(file: string, own: Holder): void {
  if (read(file)?.nonce === own.nonce) rmSync(file, { force: true });
}

/**
 * Two that find the same dead holder must not both clear it away: the second would take the lock from the first. So a
 * lock of its own covers the clearing, and the holder is looked at again under it.
 */
async function clear(file: string, dead: Holder, { signal }: LockWait): Promise<void> {
  const done = await takeLock(`${file}.clearing`, 'clearing', signal ? { signal } : {});
  if (!done) return;
  if (read(file)?.nonce === dead.nonce) rmSync(file, { force: true });
  done();
}

function read(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { nonce, what, pid, began, host } = Object(JSON.parse(text)) as Partial<Holder>;
    if (typeof pid === 'number' && pid > 0) {
      return { nonce: String(nonce), what: String(what), pid, began: String(began), host: String(host) };
    }
  } catch {
    // Not ours, or cut short by a full disk: nobody can hold it.
  }
  return { nonce: text, what: 'nobody', pid: 0, began: '', host: hostname() };
}

/** Of another machine (a shared folder) nothing can be known: it counts as alive. */
function lives({ pid, began: then, host }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return reasonOf(error) === 'EPERM';
  }
  const now = began(pid);
  return now === '' || then === '' || now === then;
}

/** Field 22 of /proc/PID/stat; the second one may hold blanks and brackets. */
function began(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
